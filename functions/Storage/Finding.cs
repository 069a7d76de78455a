namespace Planable.Storage;

/// <summary>A fault found in storage or in the vault.</summary>
sealed record Finding(string Kind, string Subject, string Message, bool Repaired = false);
