using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Planable.Functions.Tests.Published;

/// <summary>A call as it is sent to each of two addresses.</summary>
sealed record Call(string Method, string Path)
{
    /// <summary>What the app cannot know by itself; both addresses are told to be the same.</summary>
    const string Host = "api.test";

    public string? Token { get; init; }

    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public bool Chunked { get; init; }

    public (string Name, string Value)[] Headers { get; init; } = [];

    public async Task<Answer> SendAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(new(Method), Path);
        request.Headers.Host = Host;
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(ContentType) } };
            request.Headers.TransferEncodingChunked = Chunked;
        }
        request.Headers.TryAddWithoutValidation("Authorization", Token is null ? null : "Bearer " + Token);
        foreach (var (name, value) in Headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(response);
    }
}

/// <summary>What a caller sees: the status, every header, and the body.</summary>
sealed partial record Answer(int Status, string Headers, string Body)
{
    /// <summary>Differ from call to call, or belong to the connection.</summary>
    static readonly string[] Incidental =
        ["X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy", "Retry-After"];

    /// <summary>As much as one looks at.</summary>
    public string Start() => (this with { Body = Body[..Math.Min(Body.Length, 500)] }).ToString();

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        // How long a body is is told in one way or another, and where no body follows it may be left out.
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Transfer-Encoding" or "Content-Length" or "Connection"))
            .Select(header => $"{header.Key}: {(IsIncidental(header.Key) ? "…" : string.Join(", ", header.Value))}")
            .Order(StringComparer.Ordinal);
        var isText = response.Content.Headers.ContentType?.MediaType is not "image/png";
        return new(
            (int)response.StatusCode, string.Join('\n', headers), isText ? Ids().Replace(Encoding.UTF8.GetString(body), "req_…")
                : Convert.ToHexString(body));
    }

    static bool IsIncidental(string header) => Incidental.Contains(header, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("req_[0-9a-z]+", RegexOptions.None, 1000)]
    private static partial Regex Ids();
}
