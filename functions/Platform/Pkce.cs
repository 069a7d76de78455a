using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Planable.Platform;

/// <summary>Proof Key for Code Exchange.</summary>
/// <remarks>Source: RFC 7636, section 4.2.</remarks>
static class Pkce
{
    /// <summary>The challenge of a verifier, by the method S256.</summary>
    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
