using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Planable.Doors.ContentSystems;
using Planable.Doors.ContentSystems.Signatures;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>Calls as the content systems' own libraries sign them, and what becomes of them under way.</summary>
public sealed class SignatureTests
{
    static readonly Vector[] Vectors = JsonSerializer.Deserialize<Vector[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Doors", "ContentSystems", "signatures.json")), JsonSerializerOptions.Web)!;

    /// <summary>What each variant does to a call, and the verdict on it.</summary>
    static readonly Dictionary<string, Func<Vector, (Sent Call, Verdict Verdict)>> Variants = new(StringComparer.Ordinal)
    {
        ["as it was sent"] = vector => (vector.Sent, Verdict.Valid),
        ["sent again"] = vector => (vector.Sent with { Now = vector.Now.AddMinutes(1) }, Verdict.Valid),
        ["another secret"] = vector => (vector.Sent with { Secret = vector.Secret[..^1] + "!" }, Verdict.Wrong),
        ["a changed byte"] = vector => (vector.Sent with { Body = vector.Body.Replace("\":", "\" :", StringComparison.Ordinal) },
            vector.IsSigned ? Verdict.Wrong : Verdict.Valid),
        ["an empty body"] = vector => (vector.Sent with { Body = "" },
            vector.IsSigned ? Verdict.Wrong : vector.HasHeader ? Verdict.Valid : Verdict.Unsigned),
        ["too old"] = vector => (vector.Sent with { Now = vector.Now.AddMinutes(6) }, vector.IsTimed ? Verdict.Expired : Verdict.Valid),
        ["too early"] = vector => (vector.Sent with { Now = vector.Now.AddMinutes(-6) }, vector.IsTimed ? Verdict.Expired : Verdict.Valid),
        ["a newer time"] = vector => (vector.At(vector.Now.AddMinutes(1)), vector.IsTimed ? Verdict.Wrong : Verdict.Valid),
        ["no signature"] = vector => (vector.Without(), Verdict.Unsigned),
        ["the signature twice"] = vector => (vector.Twice(), vector.HasHeader ? Verdict.Wrong : Verdict.Valid),
        ["a shorter signature"] = vector => (vector.WithSignature(vector.Signature[..^2]), Verdict.Wrong),
        ["another algorithm"] = vector => (vector.WithSignature(vector.Make(vector.Body, HashAlgorithmName.SHA512)), Verdict.Wrong),
        ["other Unicode"] = vector => (vector.With("{\"é😀\u2028\":\"日本語\u007F\"," + vector.Body[1..]), Verdict.Valid),
        ["a megabyte"] = vector => (vector.With(
            vector.Body[..^1] + ",\"more\":\"" + new string('x', 1024 * 1024) + "\"}"), Verdict.Valid),
    };

    public static TheoryData<string, string> Cases =>
        new MatrixTheoryData<string, string>(Vectors.Select(vector => vector.Name), Variants.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_call_is_taken_only_as_it_was_signed(string name, string variant)
    {
        var (call, verdict) = Variants[variant](Vectors.Single(vector => vector.Name == name));

        Assert.Equal(verdict, call.Verify());
    }

    [Fact]
    public void Every_content_system_has_a_call() =>
        Assert.Equal(Enum.GetValues<ContentProvider>().Order(), Vectors.Select(vector => vector.Provider).Distinct().Order());

    [Fact]
    public void One_of_several_signatures_is_enough_while_a_secret_is_rotated()
    {
        var vector = Vectors.Single(one => one.Provider is ContentProvider.generic);

        foreach (var list in new[] { $"v1,AAAA {vector.Signature}", $"{vector.Signature} v1,AAAA", $"v1a,AAAA {vector.Signature}" })
        {
            Assert.Equal(Verdict.Valid, vector.WithSignature(list).Verify());
        }
        Assert.Equal(Verdict.Wrong, vector.WithSignature("v1,AAAA v2" + vector.Signature[2..]).Verify());
    }

    [Theory]
    [InlineData("Bearer s3cret-token", true)]
    [InlineData("bearer s3cret-token", true)]
    [InlineData("s3cret-token", true)]
    [InlineData("Bearer S3cret-token", false)]
    [InlineData("Basic s3cret-token", false)]
    public void A_generic_call_may_carry_the_secret_instead(string authorization, bool valid)
    {
        var headers = new HeaderDictionary { ["Authorization"] = authorization };

        Assert.Equal(valid ? Verdict.Valid : Verdict.Wrong, ContentProvider.generic.Scheme().Verify(
            new("POST", "/", headers, "{}"u8.ToArray()), "s3cret-token", DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Contentful_must_sign_the_time()
    {
        var vector = Vectors.First(one => one.Provider is ContentProvider.contentful);
        var headers = vector.Sent.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase);
        headers["x-contentful-signed-headers"] = "x-contentful-signed-headers";
        headers["x-contentful-signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(vector.Secret),
            Encoding.UTF8.GetBytes($"POST\n{vector.Target}\nx-contentful-signed-headers:x-contentful-signed-headers\n{vector.Body}")));

        Assert.Equal(Verdict.Wrong, (vector.Sent with { Headers = headers }).Verify());
    }

    /// <summary>A call, the secret it is checked with, and when.</summary>
    sealed record Sent(
        ContentProvider Provider, string Target, IReadOnlyDictionary<string, string> Headers, string Body, string Secret,
        DateTimeOffset Now)
    {
        /// <summary>A header that is sent twice.</summary>
        public string? Twice { get; init; }

        public Verdict Verify()
        {
            var headers = new HeaderDictionary();
            foreach (var (name, value) in Headers)
            {
                headers[name] = string.Equals(name, Twice, StringComparison.OrdinalIgnoreCase) ? new[] { value, value } : value;
            }
            return Provider.Scheme().Verify(new("POST", Target, headers, Encoding.UTF8.GetBytes(Body)), Secret, Now);
        }
    }

    /// <param name="Time">When it was signed, in milliseconds; null if the signature has no time.</param>
    /// <param name="Signed">The text that was signed; null if nothing is signed and the call carries the secret.</param>
    sealed record Vector(
        string Name, ContentProvider Provider, string Secret, long? Time, string Target, Dictionary<string, string> Headers, string Body,
        string? Signed)
    {
        public Sent Sent => new(Provider, Target, Headers, Body, Secret, Now);

        public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Time ?? 0);

        public bool IsSigned => Signed is not null;

        public bool IsTimed => Time is not null;

        public bool HasHeader => Provider is not ContentProvider.prismic;

        string Header => Headers.Keys.Single(name => Provider is ContentProvider.strapi
            ? name is "Authorization" : name.Contains("signature", StringComparison.OrdinalIgnoreCase));

        /// <summary>The signature, or the secret that is sent.</summary>
        public string Signature => !HasHeader ? Secret : Headers[Header] switch
        {
            var text when text.StartsWith("t=", StringComparison.Ordinal) => text[(text.IndexOf("v1=", StringComparison.Ordinal) + 3)..],
            var text when text.StartsWith("sha256=", StringComparison.Ordinal) => text[7..text.IndexOf(',', StringComparison.Ordinal)],
            var text when text.StartsWith("sign=", StringComparison.Ordinal) => text[5..text.IndexOf(',', StringComparison.Ordinal)],
            var text => text,
        };

        /// <summary>The signature of a body.</summary>
        public string Make(string body, HashAlgorithmName? algorithm = null)
        {
            if (Signed is null)
            {
                return algorithm is null ? Signature : "sha512";
            }
            var text = Provider is ContentProvider.hygraph
                ? Signed.Replace(Quoted(Body), Quoted(body), StringComparison.Ordinal)
                : Signed.Replace(Body, body, StringComparison.Ordinal);
            var key = Provider is ContentProvider.generic
                ? Convert.FromBase64String(Secret["whsec_".Length..]) : Encoding.UTF8.GetBytes(Secret);
            using var hmac = IncrementalHash.CreateHMAC(
                algorithm ?? (Provider is ContentProvider.storyblok ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256), key);
            hmac.AppendData(Encoding.UTF8.GetBytes(text));
            var hash = hmac.GetHashAndReset();
            return Provider switch
            {
                ContentProvider.sanity => Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
                ContentProvider.generic => "v1," + Convert.ToBase64String(hash),
                ContentProvider.wordpress or ContentProvider.hygraph or ContentProvider.kontent => Convert.ToBase64String(hash),
                _ => Convert.ToHexStringLower(hash),
            };
        }

        /// <summary>Another body with its signature.</summary>
        public Sent With(string body) => WithSignature(Make(body)) with { Body = body };

        public Sent WithSignature(string signature) => HasHeader
            ? Sent with { Headers = Changed(Header, Headers[Header].Replace(Signature, signature, StringComparison.Ordinal)) }
            : Sent with { Body = Body.Replace($"\"secret\":\"{Secret}\"", $"\"secret\":\"{signature}\"", StringComparison.Ordinal) };

        public Sent Without() => HasHeader
            ? Sent with { Headers = Headers.Where(one => one.Key != Header).ToDictionary(StringComparer.OrdinalIgnoreCase) }
            : Sent with { Body = Body.Replace("\"secret\"", "\"other\"", StringComparison.Ordinal) };

        public Sent Twice() => Sent with { Twice = HasHeader ? Header : null };

        /// <summary>The call with another time and the same signature.</summary>
        public Sent At(DateTimeOffset time) => Time is not { } signed ? Sent : Sent with
        {
            Now = time,
            Headers = Headers.ToDictionary(one => one.Key, one => one.Value
                .Replace($"{signed}", $"{time.ToUnixTimeMilliseconds()}", StringComparison.Ordinal)
                .Replace($"{signed / 1000}", $"{time.ToUnixTimeSeconds()}", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase),
        };

        Dictionary<string, string> Changed(string header, string value) =>
            new(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value };

        static string Quoted(string text) =>
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
    }
}
