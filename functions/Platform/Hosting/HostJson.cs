using System.Globalization;
using System.Text.Json;

namespace Planable.Platform.Hosting;

/// <summary>The values of host.json that the app itself uses. Values that the file leaves out have the host's defaults.</summary>
/// <param name="FunctionTimeout">How long a function may run. If it runs longer, the host ends the process.</param>
/// <param name="MaxDequeueCount">The number of attempts after which a message goes to the poison queue.</param>
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
