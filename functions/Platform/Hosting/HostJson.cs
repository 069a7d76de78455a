using System.Globalization;
using System.Text.Json;

namespace Planable.Platform.Hosting;

/// <summary>The numbers of host.json that the app goes by itself; what the file leaves out has the host's defaults.</summary>
/// <param name="FunctionTimeout">How long a function may run; the host ends the process of one that runs longer.</param>
/// <param name="MaxDequeueCount">After how many attempts a message goes to the poison queue.</param>
sealed record HostJson(TimeSpan FunctionTimeout, int MaxDequeueCount)
{
    public static JsonElement Load(string folder) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, "host.json")));

    public static HostJson Read(JsonElement root) => new(
        root.TryGetProperty("functionTimeout", out var timeout)
            ? TimeSpan.Parse(timeout.GetString()!, CultureInfo.InvariantCulture) : TimeSpan.FromMinutes(5),
        Queues(root) is { ValueKind: JsonValueKind.Object } queues
            && queues.TryGetProperty("maxDequeueCount", out var count) ? count.GetInt32() : 5);

    public static JsonElement Queues(JsonElement root) =>
        root.TryGetProperty("extensions", out var extensions) && extensions.TryGetProperty("queues", out var queues) ? queues : default;
}
