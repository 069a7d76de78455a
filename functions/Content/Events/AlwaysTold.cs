namespace Planable.Content.Events;

/// <summary>
/// Types of events of which somebody is told in every company, also in one without listeners. Whoever tells them registers the types.
/// </summary>
sealed record AlwaysTold(IReadOnlyCollection<string> Types);
