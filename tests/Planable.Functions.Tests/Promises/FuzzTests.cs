using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace Planable.Functions.Tests.Promises;

/// <summary>
/// Calls that no client should make, over every operation: none fails on our side, hangs, is refused outside the envelope, or is refused
/// and has changed something.
/// </summary>
/// <remarks>Nothing else uses the storage, and no queue is handled, so what changes is the call's doing.</remarks>
public sealed class FuzzTests : OwnStorageGround
{
    const int Seed = 20301, LongestLine = 8_192;

    static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(40),
        Duration = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("PLANABLE_ALL_ROUNDS") is { Length: > 0 } ? 120 : 6);

    private protected override App Start() => App.Start(
        ConnectionString, settings: [.. App.CallsOnly, ("KeyVault:vaultUri", "")]);

    [Fact]
    public async Task No_call_breaks_anything()
    {
        var fuzz = new Fuzz(new(Seed), await OpenApiDocument.ReadAsync(App), await FuzzGround.CreateAsync(App));
        var (before, wrong, calls, refused) = (await StateAsync(), new List<string>(), 0, 0);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Duration && wrong.Count < 10; calls++)
        {
            var (call, request) = fuzz.Next();
            using var sent = request;
            using var response = await SendAsync(request, $"{calls}: {call}");
            var status = (int)response.StatusCode;
            var answer = await response.Content.ReadAsStringAsync(Cancel);
            if (status < 400)
            {
                fuzz.Learn(answer);
                before = await StateAsync();
                continue;
            }
            refused++;
            if (status >= 500)
            {
                wrong.Add($"{calls}: {call} was answered {status} {answer}");
            }
            // What the server refuses before the app sees it has no body.
            var isServers = answer.Length == 0 && status switch
            {
                400 => call.Contains("%00", StringComparison.Ordinal),
                414 => call.Length > LongestLine,
                _ => false,
            };
            if (!isServers && !IsError(response, answer))
            {
                wrong.Add($"{calls}: {call} was answered {status} outside the envelope: {answer}");
            }
            if (await StateAsync() is var after && after != before)
            {
                wrong.Add($"{calls}: {call} was refused and has changed {Difference(before, after)}: {status} {answer}");
                before = after;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{calls} calls, {refused} of them refused");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(refused > 20 && calls - refused > 20, $"{calls} calls, {refused} of them refused");
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string call)
    {
        try
        {
            return await App.Http.SendAsync(request, Cancel).WaitAsync(LongestCall, Cancel);
        }
        catch (Exception e) when (e is TimeoutException or HttpRequestException)
        {
            throw new InvalidOperationException($"{call} was not answered.", e);
        }
    }

    /// <summary>The versions of all rows of companies and their content.</summary>
    async Task<string> StateAsync()
    {
        var rows = new List<string>();
        foreach (var table in new[] { "companies", "content" })
        {
            await foreach (var row in new TableClient(ConnectionString, table).QueryAsync<TableEntity>(
                select: ["PartitionKey", "RowKey"], cancellationToken: Cancel))
            {
                // Calls are counted, refused ones too.
                if (!row.RowKey.StartsWith("usage~", StringComparison.Ordinal))
                {
                    rows.Add($"{table} {row.PartitionKey} {row.RowKey} {row.ETag}");
                }
            }
        }
        return string.Join('\n', rows);
    }

    static string Difference(string before, string after) => string.Join(
        ", ", after.Split('\n').Except(before.Split('\n')).Concat(before.Split('\n').Except(after.Split('\n'))));

    static bool IsError(HttpResponseMessage response, string answer)
    {
        if (response.RequestMessage!.Method == HttpMethod.Head)
        {
            return answer.Length == 0;
        }
        try
        {
            var body = JsonNode.Parse(answer)!;
            var error = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? body : body["error"]!;
            return error.Text("requestId") == response.Headers.GetValues("X-Request-Id").Single() && error.Text("code").Length > 0;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NullReferenceException or InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>Makes calls by chance: most values are as the reference says, some are not.</summary>
sealed class Fuzz(Random chance, OpenApiDocument reference, FuzzGround ground)
{
    static readonly string[] Texts =
    [
        "", " ", "x", "0", "-1", "null", "true", "\0", "a\0b", "\ufffd", "\u202e", "😀", new string('x', 300), "../..", "%2e%2e", "..",
        "javascript:alert(1)", "https://example.com/a", "http://a b/", "ftp://example.com", "2030-01-01T00:00:00Z", "2030-01-01T00:00Z",
        "9999-12-31T23:59:59-14:00", "' or 1 eq 1", "{id}", "pst_", "wks_0", "Europe/Paris", "no-campaign", new string('é', 30_000),
    ];

    static readonly string[] Broken =
        ["", "{", "null", "[]", "{}{}", "\ufeff{}", "{\"\\ud83d\":1}", "{\"text\":\"\\ud83d\"}", "[[[[[[[[", "NaN", "1e999"];

    static readonly (string Name, string[] Values)[] Headers =
    [
        ("Accept", ["application/problem+json", "text/csv", "*/*;q=0", "application/json;q=x", "nonsense", "text/csv;q=2"]),
        ("If-Match", ["\"0\"", "W/\"0\"", "*", "x", "", "\"", ",,,"]),
        ("Idempotency-Key", ["", " ", "a key", "\"\"", "\"quoted\"", "key, key", new string('k', 256)]),
        ("Content-Type", ["application/json; charset=\"utf-8\"", "application/json; charset=gbk", "application/json; charset=",
            "application/json; charset=utf-16", "application/json; charset=\"\"", "text/plain", "x", "multipart/form-data; boundary=x"]),
        ("Content-Encoding", ["gzip", "identity", "br, gzip", ""]),
        ("Authorization", ["Bearer", "Bearer pln_x", "Basic eDp5", "bearer  ", ""]),
        ("X-Forwarded-Host", ["a b", "[", "example.com:99999", ""]),
        ("X-Forwarded-Proto", ["https", "javascript", ""]),
        ("X-Forwarded-For", ["x", "::1", "1.2.3.4:99999"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
        ("traceparent", ["x", "00-0-0-0"]),
        ("Cookie", ["planable-form=x; a"]),
        ("Range", ["bytes=0-1", "x"]),
        ("Expect", ["100-continue"]),
    ];

    readonly (string Method, string Path, JsonNode Operation)[] _operations = [.. reference.Operations];
    int _next;

    public void Learn(string answer) => ground.Learn(answer);

    /// <summary>The next call, in words and as a request.</summary>
    public (string Call, HttpRequestMessage Request) Next()
    {
        var (method, path, operation) = _operations[_next++ % _operations.Length];
        if (Seldom)
        {
            method = Pick("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");
        }
        var target = string.Join('/', path.Split('/').Select((segment, index) => segment[..Math.Min(1, segment.Length)] != "{" ? segment
            : Uri.EscapeDataString(Id(path.Split('/')[index - 1] switch
            {
                // The other one would go, with everything in it.
                "workspaces" => "another workspace",
                "uploads" => "media",
                "deliveries" => segment[1..^"Id}".Length],
                var list => list.TrimEnd('s'),
            }))));
        var query = string.Join('&', operation["parameters"]?.AsArray().OfType<JsonNode>()
            .Where(one => one.Text("in") == "query" && (one["required"]?.GetValue<bool>() is true ? !Seldom : Often))
            .Select(one => $"{one.Text("name")}={Uri.EscapeDataString(Value(one["schema"]!, one.Text("name")) is JsonValue value
                ? value.ToString() : "x")}") ?? []);
        var body = operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema
            ? Seldom ? Pick(Broken) : (Value(schema, "") ?? new JsonObject()).ToJsonString() : Seldom ? "{}" : null;
        var request = new HttpRequestMessage(new(method), $"/api/v1{target}?{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ground.Company.Token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        var headers = Headers.Where(_ => Seldom).Select(header => (header.Name, Value: Pick(header.Values))).ToArray();
        foreach (var (name, value) in headers)
        {
            HttpHeaders? own = name.StartsWith("Content-", StringComparison.Ordinal) ? request.Content?.Headers : request.Headers;
            own?.Remove(name);
            own?.TryAddWithoutValidation(name, value);
        }
        return ($"{request.Method} {request.RequestUri} {string.Join(", ", headers)} {(body?.Length > 500 ? body[..500] : body)}", request);
    }

    bool Seldom => chance.Next(12) == 0;

    bool Often => chance.Next(3) == 0;

    /// <summary>A value for a field, mostly of the type that the reference documents.</summary>
    JsonNode? Value(JsonNode unresolved, string name, int depth = 0)
    {
        var schema = reference.Resolve(unresolved);
        if ((Seldom && name.Length > 0) || depth > 6)
        {
            return JsonNode.Parse(Pick("null", "5", "-1.5", "1e99", "true", "{}", "[]", "[null, 5]", "\"\\u0000\"", "\"soon\""));
        }
        if (schema["anyOf"] is JsonArray several)
        {
            return Value(several[chance.Next(several.Count)]!, name, depth + 1);
        }
        if (schema["enum"] is JsonArray values)
        {
            return values[chance.Next(values.Count)]?.DeepClone();
        }
        switch (OpenApiDocument.Types(schema).First(type => type != "null"))
        {
            case "object":
                var made = new JsonObject();
                foreach (var (field, property) in schema["properties"]?.AsObject() ?? [])
                {
                    if (OpenApiDocument.Required(schema).Contains(field) ? !Seldom : Often)
                    {
                        made[field] = Value(property!, field, depth + 1);
                    }
                }
                return made;
            case "array":
                return new JsonArray(Enumerable.Range(0, Seldom ? 0 : 1 + chance.Next(3))
                    .Select(_ => Value(schema["items"]!, name.TrimEnd('s'), depth + 1)).ToArray());
            case "boolean":
                return chance.Next(2) == 0;
            case "integer" or "number":
                return chance.Next(4);
            default:
                return schema["format"]?.GetValue<string>() is "date-time"
                    ? Pick("2030-01-01T00:00:00Z", "1999-12-31T23:59:59+14:00", "2030-06-01T12:00:00.5-03:00")
                    : name is "media" or "mediaUrl" || schema["format"] is not null ? "https://files.invalid/a.png"
                    : ground.Ids.ContainsKey(KindOf(name)) ? Id(KindOf(name))
                    : Often ? Pick(Texts) : "A text";
        }
    }

    static string KindOf(string name) => name is "approversId" ? "approver" : name.Replace("Id", "", StringComparison.Ordinal);

    string Id(string kind) => Seldom ? Pick(Texts[..20]) : ground.Ids[kind][chance.Next(ground.Ids[kind].Count)];

    T Pick<T>(params T[] all) => all[chance.Next(all.Length)];
}
