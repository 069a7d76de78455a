using Planable.Work;

namespace Planable.Content.Media;

/// <summary>A URL in a request, and its field.</summary>
/// <param name="Accepts">The accepted kinds; null for all.</param>
sealed record MediaSource(string Field, string? Url, MediaKind[]? Accepts = null);

/// <summary>Media that a write will add, with ids chosen before its first attempt.</summary>
/// <param name="workspace">The key of the workspace.</param>
/// <param name="import">The shared prefix of their keys.</param>
sealed class NewMedia(string workspace, string import, MediaSource[] sources, MediaItem[] items)
{
    public string Workspace => workspace;

    public string Import => import;

    public MediaSource[] Sources => sources;

    public MediaItem[] Items => items;

    /// <summary>Sets the accepted kinds of items that have none set.</summary>
    public void Accept(MediaKind[] kinds)
    {
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = items[i] with { Accepts = items[i].Accepts ?? kinds };
        }
    }

    /// <summary>Whether rows that did not fit into the write's transaction were written before it.</summary>
    public bool IsWritten { get; set; }

    /// <summary>The events of the write; none without media.</summary>
    public DomainEvent[] Events => items.Length == 0 ? [] : [new(ImportDispatcher.Imported, workspace + import)];
}
