using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>One run of a command: its arguments and the services that it needs.</summary>
sealed record Call(ParseResult Parse, IServiceProvider Services, Terminal Terminal, Progress Progress, CancellationToken Cancel)
{
    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public T? Of<T>(Option<T> option) => Parse.GetValue(option);

    public T Of<T>(Argument<T> argument) => Parse.GetRequiredValue(argument);

    public bool Has(Option option) => Parse.GetResult(option) is { Implicit: false };
}

/// <summary>A command's result: a JSON document for programs, text for people.</summary>
sealed record Answer(string Json, string Text, int ExitCode = 0)
{
    public static Answer Of<T>(T document, JsonTypeInfo<T> type, string text, int exitCode = 0) =>
        new(JsonSerializer.Serialize(document, type), text, exitCode);
}

/// <summary>A verb of a noun, with an example for its help.</summary>
sealed class Verb : Command
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as one JSON document. An error is one too, on the last line of stderr.",
        Recursive = true,
    };

    public Verb(string name, string description, string example, Func<Call, Task<Outcome<Answer>>> run, params Symbol[] symbols)
        : base(name, description)
    {
        (Example, Run) = (example, run);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                Add(argument);
            }
            else
            {
                Add((Option)symbol);
            }
        }
    }

    public string Example { get; }

    /// <summary>Whether it also works on storage of another version; all other commands refuse to.</summary>
    public bool TakesAnyVersion { get; init; }

    public Func<Call, Task<Outcome<Answer>>> Run { get; }
}

/// <summary>The library's help, followed by the command's example.</summary>
sealed class ExampleHelp(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {verb.Example.ReplaceLineEndings("\n  ")}\n");
        }
        return code;
    }
}

/// <summary>Arguments and options. Each is checked before any storage call, and the error message names it.</summary>
static class Take
{
    public static Argument<Id> Id(string name, IdKind kind, string description) =>
        new(name) { Description = description, CustomParser = result => Parse(result, $"<{name}>", kind, result.Tokens[0].Value) };

    public static Option<Id> Id(string name, IdKind kind, string description, bool required) => new(name)
    {
        Description = description,
        HelpName = kind.Prefix + "…",
        Required = required,
        CustomParser = result => Parse(result, name, kind, result.Tokens[0].Value),
    };

    public static Option<Id[]> Ids(string name, IdKind kind, string description) => new(name)
    {
        Description = description,
        HelpName = kind.Prefix + "…",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. Split(result).Select(text => Parse(result, name, kind, text))],
    };

    public static Option<T> Choice<T>(string name, string description, bool required, params (string Text, T Value)[] among) => new(name)
    {
        Description = $"{description}: {Among(among)}.",
        HelpName = name[2..],
        Required = required,
        CustomParser = result => Choose(result, name, result.Tokens[0].Value, among)!,
    };

    public static Argument<T> Choice<T>(string name, string description, params (string Text, T Value)[] among) => new(name)
    {
        Description = $"{description}: {Among(among)}.",
        CustomParser = result => Choose(result, $"<{name}>", result.Tokens[0].Value, among)!,
    };

    public static Option<T[]> Choices<T>(string name, string description, params (string Text, T Value)[] among) => new(name)
    {
        Description = $"{description}: {Among(among)}.",
        HelpName = name[2..],
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. Split(result).Select(text => Choose(result, name, text, among)!)],
    };

    /// <summary>Text that must follow the product's rules.</summary>
    /// <param name="wrong">Returns what is wrong with the text; null if it is valid.</param>
    public static Option<string> Text(string name, string description, bool required, Func<string, string?> wrong) => new(name)
    {
        Description = description,
        HelpName = name[2..],
        Required = required,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value.Trim();
            if (wrong(text) is { } message)
            {
                result.AddError($"{name}: {message}");
            }
            return text;
        },
    };

    public static (string, T)[] All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => (value.ToString(), value))];

    public static Func<string, string?> Characters(int least, int most) => text =>
        text.EnumerateRunes().Count() is var count && count >= least && count <= most && !text.Any(char.IsControl)
            ? null : $"Must have {least} to {most} characters.";

    static IEnumerable<string> Split(ArgumentResult result) =>
        result.Tokens
            .SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct();

    static Id Parse(ArgumentResult result, string name, IdKind kind, string text)
    {
        if (!kind.TryParse(text, out var id))
        {
            var length = kind.Prefix.Length + kind.PartitionLength + kind.KeyLength;
            result.AddError($"{name}: '{text}' is not a valid id. The id must begin with {kind.Prefix} and have {length} characters.");
        }
        return id;
    }

    static T? Choose<T>(ArgumentResult result, string name, string text, (string Text, T Value)[] among)
    {
        var chosen = Array.FindIndex(among, one => string.Equals(one.Text, text, StringComparison.OrdinalIgnoreCase));
        if (chosen >= 0)
        {
            return among[chosen].Value;
        }
        result.AddError($"{name}: '{text}' is not a valid choice. The choices are {Among(among)}.");
        return default;
    }

    static string Among<T>((string Text, T Value)[] among) => string.Join(", ", among.Select(one => one.Text));
}
