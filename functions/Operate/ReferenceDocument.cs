using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Planable.Platform.Http;

namespace Planable.Operate;

/// <summary>
/// The OpenAPI document as it is sent. It is generated once. It names the server that was called, so there is a copy for each; the copies
/// are compressed once too.
/// </summary>
sealed class ReferenceDocument : IApiDocument
{
    const string ContentType = "application/json; charset=utf-8";

    /// <summary>Stands for the server in the document as it is kept.</summary>
    const string Anywhere = "https://server.invalid";

    const int MostRemembered = 16;

    readonly Lazy<Task<string>> _document;
    readonly ConcurrentDictionary<string, Copy> _copies = new(StringComparer.Ordinal);

    /// <param name="basePath">Where the paths of the document begin.</param>
    public ReferenceDocument(IOpenApiDocumentProvider documents, string basePath) => _document = new(async () =>
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        document.Servers = [new() { Url = Anywhere + basePath }];
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
    });

    public Task<string> ReadAsync() => _document.Value;

    /// <summary>The document for this call, compressed if the caller accepts that, or 304 if the caller has it.</summary>
    public async Task<FileContentHttpResult> AnswerAsync(HttpContext http)
    {
        var (origin, document) = (http.Origin(), await _document.Value);
        if (_copies.Count > MostRemembered)
        {
            _copies.Clear();
        }
        var copy = _copies.GetOrAdd(origin, static (origin, document) => new(Encoding.UTF8.GetBytes(
            document.Replace(Anywhere, JsonEncodedText.Encode(origin).Value, StringComparison.Ordinal))), document);
        var (encoding, bytes) = copy.For(http.Request.GetTypedHeaders().AcceptEncoding);
        var headers = http.Response.Headers;
        (headers.CacheControl, headers.Vary, headers.ContentEncoding) = ("public, max-age=300", HeaderNames.AcceptEncoding, encoding);
        return TypedResults.Bytes(bytes, ContentType, entityTag: copy.ETag);
    }

    sealed class Copy
    {
        readonly byte[] _plain;
        readonly Lazy<byte[]> _brotli, _gzip;

        public Copy(byte[] plain)
        {
            _plain = plain;
            _brotli = new(() => Compress(to => new BrotliStream(to, CompressionLevel.Optimal), plain));
            _gzip = new(() => Compress(to => new GZipStream(to, CompressionLevel.Optimal), plain));
            ETag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 16))}\"", isWeak: true);
        }

        /// <summary>Weak, because it is the same for every encoding.</summary>
        public EntityTagHeaderValue ETag { get; }

        public (string? Encoding, byte[] Bytes) For(IList<StringWithQualityHeaderValue> accepted)
        {
            return Accepts("br") ? ("br", _brotli.Value) : Accepts("gzip") ? ("gzip", _gzip.Value) : (null, _plain);

            bool Accepts(string encoding) => (Find(encoding) ?? Find("*")) is { } found && found.Quality is not 0;

            StringWithQualityHeaderValue? Find(string name) =>
                accepted.FirstOrDefault(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        static byte[] Compress(Func<Stream, Stream> compression, byte[] plain)
        {
            using var compressed = new MemoryStream();
            using (var stream = compression(compressed))
            {
                stream.Write(plain);
            }
            return compressed.ToArray();
        }
    }
}
