using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Secrets;

/// <summary>One vault: secrets, soft delete that is never purged, the challenge, and what a vault refuses with.</summary>
sealed partial class FakeVault(string uri)
{
    const int PageSize = 25, MaxValue = 25_600;

    readonly Lock _lock = new();
    readonly SortedDictionary<string, Secret> _secrets = new(StringComparer.OrdinalIgnoreCase),
        _deleted = new(StringComparer.OrdinalIgnoreCase);
    readonly Queue<(int Status, string Code, string? RetryAfter)> _refusals = [];

    public string Uri { get; } = uri;

    /// <summary>Every request and the status it got: <c>PUT /secrets/name 200</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public string[] Names
    {
        get
        {
            lock (_lock)
            {
                return [.. _secrets.Keys];
            }
        }
    }

    public void Throttle(int times, string? retryAfter = null) =>
        Refuse(times, StatusCodes.Status429TooManyRequests, "Throttled", retryAfter);

    public void Forbid(int times) => Refuse(times, StatusCodes.Status403Forbidden, "Forbidden", null);

    public async Task AnswerAsync(HttpContext http)
    {
        var body = http.Request.HasJsonContentType() && http.Request.ContentLength is not 0
            ? await JsonNode.ParseAsync(http.Request.Body) : null;
        lock (_lock)
        {
            var (status, answer) = Answer(http, body);
            Requests.Enqueue($"{http.Request.Method} {http.Request.Path.Value!.TrimEnd('/')} {status}");
            http.Response.StatusCode = status;
            body = answer;
        }
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(body.ToJsonString());
    }

    void Refuse(int times, int status, string code, string? retryAfter)
    {
        lock (_lock)
        {
            for (var i = 0; i < times; i++)
            {
                _refusals.Enqueue((status, code, retryAfter));
            }
        }
    }

    (int Status, JsonNode Body) Answer(HttpContext http, JsonNode? body)
    {
        var (request, response) = (http.Request, http.Response);
        if (request.Headers.Authorization != "Bearer " + FakeKeyVault.Bearer)
        {
            response.Headers.WWWAuthenticate =
                "Bearer authorization=\"https://login.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47\", "
                + "resource=\"https://vault.azure.net\"";
            return Error(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
        }
        if (_refusals.TryDequeue(out var refusal))
        {
            response.Headers.RetryAfter = refusal.RetryAfter;
            return Error(refusal.Status, refusal.Code, "The request was not processed.");
        }
        if (!request.Query.ContainsKey("api-version"))
        {
            return Error(400, "BadParameter", "The query parameter api-version must be specified.");
        }
        return (request.Method, request.Path.Value!.Trim('/').Split('/')) switch
        {
            ("GET", ["secrets"]) => Page(_secrets, request),
            ("GET", ["deletedsecrets"]) => Page(_deleted, request),
            (_, [_, var name, ..]) when !Name().IsMatch(name) =>
                Error(400, "BadParameter", "The request URI contains an invalid name: " + name),
            ("PUT", ["secrets", var name]) => Set(name, (string?)body?["value"]),
            ("GET", ["secrets", var name]) =>
                _secrets.TryGetValue(name, out var secret) ? (200, Bundle(name, secret, withValue: true)) : NotFound(name),
            ("DELETE", ["secrets", var name]) => Delete(name),
            ("GET", ["deletedsecrets", var name]) =>
                _deleted.TryGetValue(name, out var secret) ? (200, Deleted(name, secret)) : NotFound(name),
            _ => Error(405, "MethodNotAllowed", "The method is not allowed."),
        };
    }

    (int Status, JsonNode Body) Set(string name, string? value)
    {
        if (value is null || Encoding.UTF8.GetByteCount(value) > MaxValue)
        {
            return Error(400, "BadParameter", "The value of the secret is missing or too long.");
        }
        if (_deleted.ContainsKey(name))
        {
            return Error(
                409, "Conflict",
                $"Secret {name} is deleted but recoverable, and its name cannot be reused.", "ObjectIsDeletedButRecoverable");
        }
        var secret = _secrets[name] = new(value, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        return (200, Bundle(name, secret, withValue: true));
    }

    (int Status, JsonNode Body) Delete(string name)
    {
        if (!_secrets.Remove(name, out var secret))
        {
            return NotFound(name);
        }
        _deleted[name] = secret;
        return (200, Deleted(name, secret));
    }

    (int Status, JsonNode Body) Page(SortedDictionary<string, Secret> secrets, HttpRequest request)
    {
        var skip = int.Parse(request.Query["$skiptoken"].FirstOrDefault("0")!, CultureInfo.InvariantCulture);
        var page = secrets.Skip(skip).Take(PageSize).Select(secret => Bundle(secret.Key, secret.Value, withValue: false)).ToArray();
        var more = skip + PageSize < secrets.Count
            ? $"{Uri}:443{request.Path}?api-version={request.Query["api-version"]}&$skiptoken={skip + PageSize}&maxresults={PageSize}"
            : null;
        return (200, new JsonObject { ["value"] = new JsonArray(page), ["nextLink"] = more });
    }

    JsonObject Bundle(string name, Secret secret, bool withValue)
    {
        var bundle = new JsonObject
        {
            ["id"] = $"{Uri}/secrets/{name}" + (withValue ? "/4387e9f3d6e14c459867679a90fd0f79" : ""),
            ["attributes"] = new JsonObject
            {
                ["enabled"] = true,
                ["created"] = secret.Created,
                ["updated"] = secret.Created,
                ["recoveryLevel"] = "CustomizedRecoverable",
                ["recoverableDays"] = 7,
            },
        };
        if (withValue)
        {
            bundle["value"] = secret.Value;
        }
        return bundle;
    }

    JsonObject Deleted(string name, Secret secret)
    {
        var bundle = Bundle(name, secret, withValue: false);
        bundle["recoveryId"] = $"{Uri}/deletedsecrets/{name}";
        bundle["deletedDate"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        bundle["scheduledPurgeDate"] = TimeProvider.System.GetUtcNow().AddDays(7).ToUnixTimeSeconds();
        return bundle;
    }

    static (int Status, JsonNode Body) NotFound(string name) =>
        Error(404, "SecretNotFound", $"A secret with (name/id) {name} was not found in this key vault.");

    static (int Status, JsonNode Body) Error(int status, string code, string message, string? inner = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }
        return (status, new JsonObject { ["error"] = error });
    }

    [GeneratedRegex("^[0-9a-zA-Z-]{1,127}$", RegexOptions.None, 1000)]
    private static partial Regex Name();

    sealed record Secret(string Value, long Created);
}
