using System.Text.Json;
using System.Text.Json.Nodes;
using Planable.Rpc.Messages;

namespace Planable.Rpc;

/// <summary>A message as a queue gives it out.</summary>
/// <param name="More">Further trigger metadata, as JSON.</param>
public sealed record QueueMessage(
    string Text, int DequeueCount = 1, DateTimeOffset? InsertionTime = null, IReadOnlyDictionary<string, JsonNode>? More = null)
{
    public string Id { get; init; } = Guid.NewGuid().ToString();

    public string PopReceipt { get; init; } = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
}

/// <summary>What the host sends along with each kind of call.</summary>
static class TriggerData
{
    /// <summary>The call itself goes another way.</summary>
    public static InvocationRequest OfHttp(WorkerFunction function, string id, string? traceParent, string? traceState) => new()
    {
        InvocationId = id,
        InputData = { new ParameterBinding { Name = function.TriggerName, Data = new() { Http = new() } } },
        TraceContext = new() { TraceParent = traceParent ?? "", TraceState = traceState ?? "" },
    };

    public static InvocationRequest OfQueue(WorkerFunction function, QueueMessage message, DateTimeOffset now)
    {
        var request = new InvocationRequest
        {
            InvocationId = Guid.NewGuid().ToString(),
            InputData = { new ParameterBinding { Name = function.TriggerName, Data = new() { String = message.Text } } },
        };
        var inserted = message.InsertionTime ?? now;
        var metadata = new Dictionary<string, TypedData>(StringComparer.OrdinalIgnoreCase)
        {
            ["QueueTrigger"] = new() { String = message.Text },
            ["DequeueCount"] = Json(message.DequeueCount),
            ["ExpirationTime"] = Json(inserted.AddDays(7)),
            ["Id"] = new() { String = message.Id },
            ["InsertionTime"] = Json(inserted),
            ["NextVisibleTime"] = Json(now.AddMinutes(10)),
            ["PopReceipt"] = new() { String = message.PopReceipt },
        };
        foreach (var (name, value) in message.More ?? new Dictionary<string, JsonNode>())
        {
            metadata[name] = new() { Json = value.ToJsonString() };
        }
        AddKeysOf(message.Text, metadata);
        request.TriggerMetadata.Add(metadata);
        return request;
    }

    public static InvocationRequest OfTimer(WorkerFunction function, DateTimeOffset now, bool isPastDue)
    {
        var status = new { Last = now.AddMinutes(-1), Next = now.AddMinutes(1), LastUpdated = now.AddMinutes(-1) };
        var timer = new { Schedule = new { AdjustForDST = true }, ScheduleStatus = status, IsPastDue = isPastDue };
        return new()
        {
            InvocationId = Guid.NewGuid().ToString(),
            InputData = { new ParameterBinding { Name = function.TriggerName, Data = Json(timer) } },
            TriggerMetadata = { ["TimerTrigger"] = Json(now) },
        };
    }

    /// <summary>A message's own keys win: objects as JSON, all else as text, lists and nulls not at all.</summary>
    static void AddKeysOf(string text, Dictionary<string, TypedData> metadata)
    {
        if (ObjectOf(text) is not { } document)
        {
            return;
        }
        foreach (var (name, value) in document)
        {
            if (value is JsonObject part)
            {
                metadata[name] = new() { Json = part.ToJsonString() };
            }
            else if (value is JsonValue simple)
            {
                metadata[name] = new() { String = TextOf(simple) };
            }
        }
    }

    /// <summary>A flag is written with a capital, as .NET writes it.</summary>
    static string TextOf(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        _ => value.ToString(),
    };

    static JsonObject? ObjectOf(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // Any text is a message.
            return null;
        }
    }

    static TypedData Json<T>(T value) => new() { Json = JsonSerializer.Serialize(value) };
}
