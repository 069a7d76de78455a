using Planable.Work;

namespace Planable.Content.Media;

/// <summary>A URL that a request names, and where in it.</summary>
/// <param name="Accepts">What may be there; null for anything.</param>
sealed record MediaSource(string Field, string? Url, MediaKind[]? Accepts = null);

/// <summary>Media that a write brings, with ids chosen before its first attempt.</summary>
/// <param name="workspace">The key of the workspace.</param>
/// <param name="import">What the keys of all of them share.</param>
sealed class NewMedia(string workspace, string import, MediaSource[] sources, MediaItem[] items)
{
    public string Workspace => workspace;

    public string Import => import;

    public MediaSource[] Sources => sources;

    public MediaItem[] Items => items;

    /// <summary>Takes these kinds alone, where nothing else is said.</summary>
    public void Accept(MediaKind[] kinds)
    {
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = items[i] with { Accepts = items[i].Accepts ?? kinds };
        }
    }

    /// <summary>Whether rows that did not fit into the write's transaction were written before it.</summary>
    public bool IsWritten { get; set; }

    /// <summary>The events of the write; none where it brings nothing.</summary>
    public DomainEvent[] Events => items.Length == 0 ? [] : [new(ImportDispatcher.Imported, workspace + import)];
}
