using System.Security.Cryptography;
using System.Text;
using Planable.Platform;

namespace Planable.Work;

/// <summary>
/// Identifies a write. It is chosen before the first attempt, kept through every retry, and is the key of the outbox record.
/// </summary>
class OperationId
{
    public required string Name { get; init; }

    /// <summary>SHA-256 of the request; null if the caller cannot repeat the operation.</summary>
    public byte[]? Fingerprint { get; init; }

    public bool IsRepeatable => Fingerprint is not null;

    /// <summary>Whether the answer is the stored one of an earlier call.</summary>
    public bool Replayed { get; set; }

    /// <summary>The id of one of several writes of a call.</summary>
    public OperationId Part(int index) => !IsRepeatable ? Once() : new()
    {
        Name = Base32.Derive(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{index}")), Base32.NameLength),
        Fingerprint = Fingerprint,
    };

    /// <summary>The id of a write that is never repeated.</summary>
    public static OperationId Once() => new() { Name = Base32.NewName() };
}
