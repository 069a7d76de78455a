namespace Planable.Storage;

/// <summary>Something in storage or vault that is not as it should be.</summary>
sealed record Finding(string Kind, string Subject, string Message, bool Repaired = false);
