using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>Hygraph signs a JSON object that has the body as a string, the environment's name, and the time.</summary>
sealed partial class HygraphScheme : ISignatureScheme
{
    public Verdict Verify(SignedCall call, string secret, DateTimeOffset now)
    {
        if (call.Header("gcms-signature") is not { Length: > 0 } header)
        {
            return Verdict.Unsigned;
        }
        if (Header().Match(header) is not { Success: true } match)
        {
            return Verdict.Wrong;
        }
        var (signature, environment, time) = (match.Groups["sign"].Value, match.Groups["env"].Value, match.Groups["time"].Value);
        using var signed = new MemoryStream(call.Body.Length + 256);
        signed.Write("{\"Body\":"u8);
        WriteString(signed, call.Body.Span);
        signed.Write(",\"EnvironmentName\":"u8);
        WriteString(signed, Encoding.UTF8.GetBytes(environment));
        signed.Write(Encoding.UTF8.GetBytes($",\"TimeStamp\":{time}}}"));
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed.GetBuffer().AsSpan(0, (int)signed.Length));
        return !Signing.AreEqual(Convert.ToBase64String(hash), signature) ? Verdict.Wrong
            : Signing.AtTime(time, TimeSpan.FromMilliseconds(1), now);
    }

    /// <summary>
    /// Writes a text in UTF-8 as JavaScript's JSON.stringify does. The framework's writer escapes more characters, and so signs another
    /// text.
    /// </summary>
    static void WriteString(MemoryStream json, ReadOnlySpan<byte> text)
    {
        json.WriteByte((byte)'"');
        foreach (var unit in text)
        {
            switch (unit)
            {
                case (byte)'"' or (byte)'\\':
                    json.WriteByte((byte)'\\');
                    json.WriteByte(unit);
                    break;
                case (byte)'\b':
                    json.Write("\\b"u8);
                    break;
                case (byte)'\f':
                    json.Write("\\f"u8);
                    break;
                case (byte)'\n':
                    json.Write("\\n"u8);
                    break;
                case (byte)'\r':
                    json.Write("\\r"u8);
                    break;
                case (byte)'\t':
                    json.Write("\\t"u8);
                    break;
                case < 0x20:
                    json.Write(Encoding.ASCII.GetBytes($"\\u{(int)unit:x4}"));
                    break;
                default:
                    json.WriteByte(unit);
                    break;
            }
        }
        json.WriteByte((byte)'"');
    }

    [GeneratedRegex("^sign=(?<sign>[A-Za-z0-9+/=]+), env=(?<env>[^,]*), t=(?<time>[1-9][0-9]*)\\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Header();
}
