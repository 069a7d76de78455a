using System.Text.Json;

namespace Planable.Rpc;

/// <summary>A function that the worker listed.</summary>
/// <param name="Bindings">Each as the JSON text that the worker sent.</param>
/// <param name="LoadError">Why it did not load; null where it did.</param>
public sealed record WorkerFunction(
    string Id, string Name, string EntryPoint, string ScriptFile, IReadOnlyList<string> Bindings, string? LoadError)
{
    /// <summary>The binding that starts it.</summary>
    public JsonElement Trigger { get; } = Bindings.Select(Parse).First(binding =>
        binding.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));

    internal string TriggerName => Trigger.GetProperty("name").GetString()!;

    internal bool IsTriggeredBy(string type) =>
        string.Equals(Trigger.GetProperty("type").GetString(), type, StringComparison.OrdinalIgnoreCase);

    static JsonElement Parse(string binding)
    {
        using var document = JsonDocument.Parse(binding);
        return document.RootElement.Clone();
    }
}

public enum InvocationStatus
{
    Failure,
    Success,
    Cancelled,
}

/// <summary>How an invocation ended, as the worker told.</summary>
public sealed record InvocationResult(string Id, InvocationStatus Status, string? ExceptionType, string? Message, string? StackTrace);

/// <summary>A line that the worker had the host log.</summary>
public sealed record WorkerLog(string Category, LogLevel Level, string Message, string? Exception, string? InvocationId);

/// <summary>The worker ended, or was ended, before it answered.</summary>
public sealed class WorkerGoneException(string message) : IOException(message);
