using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Planable.Platform.Secrets;

namespace Planable.Cli;

/// <summary>
/// Secrets in a folder on this machine, for development. Each secret is an encrypted file; the keys are in a subfolder, so that a copied
/// file or a text search reveals nothing. Files are replaced atomically, so instances can share the folder, and a kill leaves the old value
/// or the new one.
/// </summary>
sealed class FileSecrets(string folder, TimeProvider time) : SecretStore
{
    // Secret names have no dots. The key folder and unfinished files do, so they cannot be mistaken for secrets.
    readonly DirectoryInfo _keys = new(Path.Combine(folder, ".keys"));
    IDataProtectionProvider? _protection;

    public override async Task SetAsync(string name, string value, CancellationToken cancel)
    {
        Check(name, value);
        var bytes = Protector(name).Protect(Encoding.UTF8.GetBytes(value));
        await PrivateFiles.WriteAsync(Path.Combine(folder, name), bytes, cancel, time.GetUtcNow());
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
            // Another instance may have created a key since the keys were read. Data Protection itself reloads them only in its first two
            // minutes.
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

    /// <summary>Each secret has its own protector, so a file that is copied to another name cannot be decrypted.</summary>
    IDataProtector Protector(string name) => (_protection ??= OpenKeys()).CreateProtector(name);

    IDataProtectionProvider OpenKeys()
    {
        foreach (var path in (string[])[Path.GetDirectoryName(Path.GetFullPath(folder))!, folder, _keys.FullName])
        {
            PrivateFiles.MakeFolder(path);
        }
        return DataProtectionProvider.Create(_keys, protection => protection.SetApplicationName("planable-secrets"));
    }
}
