namespace Planable.Cli;

/// <summary>The data folder and the files in it, which only their owner may read.</summary>
static class PrivateFiles
{
    const UnixFileMode OfFiles = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OfFolders = OfFiles | UnixFileMode.UserExecute;

    /// <summary>Creates a folder that is its owner's alone. One that exists is closed to everybody else.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        Directory.CreateDirectory(path, OfFolders);
        if (File.GetUnixFileMode(path) != OfFolders)
        {
            File.SetUnixFileMode(path, OfFolders);
        }
    }

    public static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OfFiles;
        }
        return new FileStream(path, options);
    }

    /// <summary>Writes a file atomically: a kill leaves the old one or the new one, and so a reader finds one of them.</summary>
    /// <param name="at">When it counts as written; null for now.</param>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancel, DateTimeOffset? at = null)
    {
        var written = $"{path}.{Guid.NewGuid():N}";
        await using (var file = Open(written, FileMode.CreateNew, FileAccess.Write))
        {
            await file.WriteAsync(bytes, cancel);
            file.Flush(flushToDisk: true);
        }
        if (at is { } moment)
        {
            File.SetLastWriteTimeUtc(written, moment.UtcDateTime);
        }
        File.Move(written, path, overwrite: true);
    }
}
