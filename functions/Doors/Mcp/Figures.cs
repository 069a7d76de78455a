using System.Text.Json;

namespace Planable.Doors.Mcp;

/// <summary>Figures that are added up. What no one has is not zero, but left out.</summary>
sealed class Figures
{
    readonly SortedDictionary<string, long> _sums = new(StringComparer.Ordinal);

    public void Add(string name, long value) => _sums[name] = _sums.GetValueOrDefault(name) + value;

    /// <summary>Adds all numbers of an object.</summary>
    public void Add(JsonElement figures)
    {
        foreach (var figure in figures.EnumerateObject().Where(one => one.Value.ValueKind is JsonValueKind.Number))
        {
            Add(figure.Name, figure.Value.GetInt64());
        }
    }

    public void Write(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject(name);
        foreach (var (figure, sum) in _sums)
        {
            writer.WriteNumber(figure, sum);
        }
        writer.WriteEndObject();
    }
}
