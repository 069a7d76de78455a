using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace Planable.Doors.Mcp;

/// <summary>How a tool gives a long list in parts.</summary>
enum Parts
{
    /// <summary>It gives one object.</summary>
    None,

    /// <summary>Its operation gives the whole list.</summary>
    Whole,

    /// <summary>Its operation skips as many rows as it is told.</summary>
    Offset,

    /// <summary>Its operation gives a cursor.</summary>
    Cursor,
}

/// <summary>An argument of a tool.</summary>
/// <param name="Name">What the tool calls it.</param>
/// <param name="Source">What the operation calls it.</param>
/// <param name="IsRequired">Whether the tool needs it, even if its operation does not.</param>
sealed record ToolField(string Name, string Source, bool IsRequired)
{
    /// <summary>Reads <c>name</c>, <c>name=source</c>, with an exclamation mark at the end if it is required.</summary>
    public static ToolField Read(string text)
    {
        var names = text.TrimEnd('!').Split('=');
        return new(names[0], names[^1], text.EndsWith('!'));
    }
}

/// <summary>A tool: an operation of the API under another name.</summary>
sealed class McpTool
{
    public McpTool(string name, string method, string path, string scope, string fields)
    {
        (Name, Twin, Scope) = (name, new(method, path), scope);
        Fields = [.. fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ToolField.Read)];
    }

    public string Name { get; }

    public Twin Twin { get; }

    /// <summary>Which of the scopes of apps it needs.</summary>
    public string Scope { get; }

    /// <summary>The arguments that its operation takes.</summary>
    public ToolField[] Fields { get; }

    public required string Title { get; init; }

    /// <summary>What an assistant reads to decide whether to call it.</summary>
    public required string Description { get; init; }

    public Parts Parts { get; init; }

    /// <summary>The fields that make a line of text about a row, separated by blanks.</summary>
    public string Line
    {
        init => LineFields = [.. value.Split(' ').Select(path => path.Split('.'))];
    }

    /// <summary>The fields of a line, each as the names that lead to it.</summary>
    public string[][] LineFields { get; private init; } = [];

    public bool IsReadOnly { get; init; }

    public bool IsIdempotent { get; init; }

    /// <summary>Whether it makes the app call an address or a network.</summary>
    public bool IsOpenWorld { get; init; }

    /// <summary>Whether its operation can be called without a body.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>How deep its result is described; deeper objects are only called objects.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>How to get what is cut from a long result.</summary>
    public string Rest { get; init; } = "";

    /// <summary>Whether its result is described only by what is always there.</summary>
    public bool IsOutputShort { get; init; }

    /// <summary>Makes the call of its operation where the arguments do not name it.</summary>
    public Func<ToolCall, TwinRequest?>? Begin { get; init; }

    /// <summary>Runs a tool that is more than its operation.</summary>
    public Func<McpCall, ToolCall, Task<CallToolResult>>? Compose { get; init; }

    /// <summary>JSON Schemas of arguments that are not its operation's, as properties of an object.</summary>
    public string? MoreInput { get; init; }

    /// <summary>Names of those that are required.</summary>
    public string[] MoreRequired { get; init; } = [];

    /// <summary>JSON Schemas of what it gives beside its operation's answer, as properties of an object.</summary>
    public string? MoreOutput { get; init; }

    /// <summary>Names of those that are always there.</summary>
    public string[] MoreAlways { get; init; } = [];

    /// <summary>Whether <see cref="MoreOutput"/> is all that it gives.</summary>
    public bool IsOutputOwn { get; init; }

    /// <summary>All arguments that it takes.</summary>
    public IEnumerable<string> Names => Fields.Select(one => one.Name).Concat(Own);

    /// <summary>Arguments that are not its operation's.</summary>
    public IEnumerable<string> Own => Parts is Parts.None ? MoreNames : MoreNames.Concat(Paging);

    static readonly string[] Paging = ["cursor", "limit"];

    /// <summary>Names of <see cref="MoreInput"/>.</summary>
    string[] MoreNames => field ??= MoreInput is null ? [] : [.. JsonNode.Parse(MoreInput)!.AsObject().Select(one => one.Key)];
}
