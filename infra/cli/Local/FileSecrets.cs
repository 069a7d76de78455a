using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Planable.Platform.Secrets;

namespace Planable.Cli;

/// <summary>
/// A folder of this machine, for development: a protected file a secret, and the keys beside them, so a copied file, a backup or a search
/// tells nothing. Files come and go whole, so instances share the folder, and one that is killed leaves the old value or the new.
/// </summary>
sealed class FileSecrets(string folder, TimeProvider time) : SecretStore
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Names of secrets have no dots; the keys' folder and files in the making do.
    readonly DirectoryInfo _keys = new(Path.Combine(folder, ".keys"));
    IDataProtectionProvider? _protection;

    public override async Task SetAsync(string name, string value, CancellationToken cancel)
    {
        Check(name, value);
        var bytes = Protector(name).Protect(Encoding.UTF8.GetBytes(value));
        var written = Path.Combine(folder, $"{name}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }
        await using (var file = new FileStream(written, options))
        {
            await file.WriteAsync(bytes, cancel);
            file.Flush(flushToDisk: true);
        }
        File.SetLastWriteTimeUtc(written, time.GetUtcNow().UtcDateTime);
        File.Move(written, Path.Combine(folder, name), overwrite: true);
    }

    public override async Task<string?> GetAsync(string name, CancellationToken cancel)
    {
        Check(name);
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(Path.Combine(folder, name), cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        try
        {
            return Encoding.UTF8.GetString(Protector(name).Unprotect(bytes));
        }
        catch (CryptographicException)
        {
            // Another instance may have made its key since the keys were read. Data Protection itself looks again for two minutes only.
            _protection = null;
            return Encoding.UTF8.GetString(Protector(name).Unprotect(bytes));
        }
    }

    public override Task DeleteAsync(string name, CancellationToken cancel)
    {
        Check(name);
        if (Directory.Exists(folder))
        {
            File.Delete(Path.Combine(folder, name));
        }
        return Task.CompletedTask;
    }

    public override async IAsyncEnumerable<SecretEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        var files = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles() : [];
        foreach (var file in files.Where(file =>
            file.Name.StartsWith(prefix, StringComparison.Ordinal) && !file.Name.Contains('.', StringComparison.Ordinal)))
        {
            cancel.ThrowIfCancellationRequested();
            yield return new(file.Name, new DateTimeOffset(file.LastWriteTimeUtc));
        }
    }

    /// <summary>A secret's own, so a file that is copied to another name does not open.</summary>
    IDataProtector Protector(string name) => (_protection ??= OpenKeys()).CreateProtector(name);

    IDataProtectionProvider OpenKeys()
    {
        foreach (var path in (string[])[Path.GetDirectoryName(Path.GetFullPath(folder))!, folder, _keys.FullName])
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        }
        return DataProtectionProvider.Create(_keys, protection => protection.SetApplicationName("planable-secrets"));
    }
}
