using System.Security.Cryptography;
using System.Text;
using Planable.Platform;

namespace Planable.Work;

/// <summary>The name of a write, chosen before its first attempt and kept through every retry: the key of its outbox record.</summary>
class OperationId
{
    public required string Name { get; init; }

    /// <summary>SHA-256 of what was asked for; null where the caller cannot repeat the operation.</summary>
    public byte[]? Fingerprint { get; init; }

    public bool IsRepeatable => Fingerprint is not null;

    /// <summary>Whether the answer is that of an earlier call.</summary>
    public bool Replayed { get; set; }

    /// <summary>The id of one of several writes that a call makes.</summary>
    public OperationId Part(int index) => !IsRepeatable ? Once() : new()
    {
        Name = Base32.Derive(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{index}")), Base32.NameLength),
        Fingerprint = Fingerprint,
    };

    /// <summary>The id of a write that nobody repeats.</summary>
    public static OperationId Once() => new() { Name = Base32.NewName() };
}
