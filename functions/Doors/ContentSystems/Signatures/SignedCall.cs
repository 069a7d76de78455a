using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>A webhook's call as it arrived.</summary>
/// <param name="Target">Its path and query.</param>
/// <param name="Body">The bytes that were sent, neither decoded nor parsed.</param>
sealed record SignedCall(string Method, string Target, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>A header's value; empty if it is missing. One that was sent twice has both values, which no scheme accepts.</summary>
    public string Header(string name) => Headers[name].ToString();
}

/// <summary>What a signature says of a call.</summary>
enum Verdict
{
    Valid,

    /// <summary>The call has no signature.</summary>
    Unsigned,

    /// <summary>The signature is of another secret or another call.</summary>
    Wrong,

    /// <summary>The signature is right, but was made too long ago, or will be made later.</summary>
    Expired,
}

/// <summary>How a content system proves that a call is its own.</summary>
interface ISignatureScheme
{
    Verdict Verify(SignedCall call, string secret, DateTimeOffset now);
}

static class Signing
{
    /// <summary>How far the time of a signature may be from ours, in both directions.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>No time in seconds or milliseconds has more digits.</summary>
    const int MostDigits = 15;

    /// <summary>Compares texts in a time that does not depend on where they differ.</summary>
    public static bool AreEqual(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    /// <summary>The verdict on a right signature that was made at a time.</summary>
    /// <param name="unit">The unit of the time, which counts from 1970.</param>
    public static Verdict AtTime(string time, TimeSpan unit, DateTimeOffset now) =>
        time.Length <= MostDigits && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var units)
        && Math.Abs((units * unit.TotalMilliseconds) - now.ToUnixTimeMilliseconds()) <= Window.TotalMilliseconds
            ? Verdict.Valid : Verdict.Expired;
}
