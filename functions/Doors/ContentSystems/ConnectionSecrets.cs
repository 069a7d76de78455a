using System.Security.Cryptography;
using System.Text;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// The secrets of connections: <c>cms-</c>workspace key<c>-</c>random, with a new name for each value.
/// </summary>
sealed class ConnectionSecrets(SecretStore secrets, RememberedSecrets remembered)
{
    const int GeneratedLength = 64;

    const string Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public const string Prefix = "cms-";

    public static string NewName(Id connection) => $"{Prefix}{connection.Partition}{connection.Key}-{Base32.NewName()[..8]}";

    /// <summary>A secret that every content system takes.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Characters, GeneratedLength);

    /// <summary>The secret in the path of a connection's calls. It follows from the connection's secret, and does not tell it.</summary>
    public static string InPath(string secret, Id connection) => Base32.Derive(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(connection.Partition + connection.Key)),
        Base32.NameLength);

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancel) => remembered.GetAsync(name, cancel);

    public Task SetAsync(string name, string value, CancellationToken cancel) => secrets.SetAsync(name, value, cancel);

    public Task DeleteAsync(string name, CancellationToken cancel) => secrets.DeleteAsync(name, cancel);
}
