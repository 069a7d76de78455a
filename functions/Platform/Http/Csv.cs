using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Planable.Platform.Http;

/// <summary>
/// A response in CSV (RFC 4180), for callers whose <c>Accept</c> prefers text/csv: one line for each item, sent as items arrive. The
/// columns are the fields of the JSON; fields of objects are named by their path. The text begins with a byte order mark, because
/// spreadsheets recognize UTF-8 by it. A cell that a spreadsheet might read as a formula starts with an apostrophe.
/// </summary>
/// <param name="has">Whether the object of this name gets columns.</param>
sealed class CsvResult<T>(string name, IAsyncEnumerable<T> items, JsonTypeInfo<T> type, Func<string, bool> has) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = Csv.MediaType + "; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        var columns = Csv.Columns(type, has).ToArray();
        await using var writer = new StreamWriter(response.Body, Encoding.UTF8, leaveOpen: true);
        await WriteAsync(columns.Select(column => (object?)column.Name));
        await foreach (var item in items.WithCancellation(httpContext.RequestAborted))
        {
            await WriteAsync(columns.Select(column => column.Get(item)));
        }

        Task WriteAsync(IEnumerable<object?> cells) => writer.WriteAsync(string.Join(',', cells.Select(Csv.Cell)) + "\r\n");
    }
}

static class Csv
{
    public const string MediaType = "text/csv";

    /// <summary>Characters that a spreadsheet reads as the start of a formula, at the start of the cell or after spaces.</summary>
    static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20");

    /// <summary>Whether the caller prefers CSV to JSON. Also tells caches, with Vary, that the response depends on Accept.</summary>
    public static bool IsWanted(HttpContext http)
    {
        http.Response.Headers.Append("Vary", "Accept");
        return http.Request.Prefers(MediaType);
    }

    public static IEnumerable<(string Name, Func<object?, object?> Get)> Columns(
        JsonTypeInfo type, Func<string, bool> has, string prefix = "")
    {
        foreach (var property in type.Properties)
        {
            var inner = type.Options.GetTypeInfo(property.PropertyType);
            if (inner.Kind is JsonTypeInfoKind.None)
            {
                yield return (prefix + property.Name, item => item is null ? null : property.Get!(item));
            }
            else if (inner.Kind is JsonTypeInfoKind.Object && (prefix.Length > 0 || has(property.Name)))
            {
                foreach (var (name, get) in Columns(inner, has, $"{prefix}{property.Name}."))
                {
                    yield return (name, item => item is null ? null : get(property.Get!(item)));
                }
            }
        }
    }

    public static string Cell(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        DateTimeOffset moment => UtcConverter.Text(moment),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text => Quoted(text.AsSpan().IndexOfAny(FormulaStarts) is 0
            || text.AsSpan().TrimStart().IndexOfAny(FormulaStarts) is 0 ? "'" + text : text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"{value.GetType()} cannot be a cell."),
    };

    static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
