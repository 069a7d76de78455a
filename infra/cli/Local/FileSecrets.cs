using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Planable.Platform.Secrets;

namespace Planable.Cli;

/// <summary>
/// A folder of this machine, for development: an encrypted file a secret, and the key beside them, so a copied file, a backup or a search
/// tells nothing. Files come and go whole, so instances share the folder, and one that is killed leaves the old value or the new.
/// </summary>
sealed class FileSecrets(string folder, TimeProvider time) : SecretStore
{
    const int KeyLength = 32, NonceLength = 12, TagLength = 16;

    // Names of secrets have no dots; the key's and those of files in the making do.
    readonly string _keyFile = Path.Combine(folder, "secrets.key");
    byte[]? _key;

    public override async Task SetAsync(string name, string value, CancellationToken cancel)
    {
        Check(name, value);
        var text = Encoding.UTF8.GetBytes(value);
        var sealedText = new byte[NonceLength + TagLength + text.Length];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceLength));
        using (var cipher = new AesGcm(_key ??= await MakeKeyAsync(cancel), TagLength))
        {
            var (nonce, tag, cipherText) = Parts(sealedText);
            cipher.Encrypt(nonce.Span, text, cipherText.Span, tag.Span, Encoding.UTF8.GetBytes(name));
        }
        var written = Path.Combine(folder, $"{name}.{Guid.NewGuid():N}");
        await using (var file = Open(written, FileMode.CreateNew))
        {
            await file.WriteAsync(sealedText, cancel);
            file.Flush(flushToDisk: true);
        }
        File.SetLastWriteTimeUtc(written, time.GetUtcNow().UtcDateTime);
        File.Move(written, Path.Combine(folder, name), overwrite: true);
    }

    public override async Task<string?> GetAsync(string name, CancellationToken cancel)
    {
        Check(name);
        byte[] sealedText;
        try
        {
            sealedText = await File.ReadAllBytesAsync(Path.Combine(folder, name), cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        if (sealedText.Length < NonceLength + TagLength)
        {
            throw new CryptographicException($"The secret {name} is not whole.");
        }
        using var cipher = new AesGcm(_key ??= await MakeKeyAsync(cancel), TagLength);
        var (nonce, tag, cipherText) = Parts(sealedText);
        var text = new byte[cipherText.Length];
        cipher.Decrypt(nonce.Span, cipherText.Span, tag.Span, text, Encoding.UTF8.GetBytes(name));
        return Encoding.UTF8.GetString(text);
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

    static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> CipherText) Parts(byte[] sealedText) =>
        (sealedText.AsMemory(0, NonceLength), sealedText.AsMemory(NonceLength, TagLength), sealedText.AsMemory(NonceLength + TagLength));

    /// <summary>The key, made by whichever instance comes first.</summary>
    async Task<byte[]> MakeKeyAsync(CancellationToken cancel)
    {
        MakeFolder();
        var key = new byte[KeyLength];
        await using var file = await LockAsync(cancel);
        if (file.Length < KeyLength)
        {
            // New, or its maker was killed half-way: nobody has used it yet.
            RandomNumberGenerator.Fill(key);
            await file.WriteAsync(key, cancel);
            file.Flush(flushToDisk: true);
        }
        else
        {
            await file.ReadExactlyAsync(key, cancel);
        }
        return key;
    }

    async Task<FileStream> LockAsync(CancellationToken cancel)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return Open(_keyFile, FileMode.OpenOrCreate);
            }
            catch (IOException) when (tries < 500)
            {
                // Another instance reads or makes it.
                await Task.Delay(10, cancel);
            }
        }
    }

    static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new(path, options);
    }

    void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!, owner);
        Directory.CreateDirectory(folder, owner);
    }
}
