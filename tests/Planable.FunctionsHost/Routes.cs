using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace Planable.Rpc;

/// <summary>Which function takes a call: the first by its name whose route and methods match.</summary>
sealed class Routes
{
    readonly (WorkerFunction Function, TemplateMatcher Route, string[]? Methods)[] _routes;

    public Routes(string package, IEnumerable<WorkerFunction> functions)
    {
        var prefix = PrefixOf(Path.Combine(package, "host.json"));
        _routes =
        [
            .. functions.Where(function => function.IsTriggeredBy("httpTrigger"))
                .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
                .Select(function => (function, MatcherOf(prefix, function), MethodsOf(function.Trigger))),
        ];
    }

    public WorkerFunction? Match(HttpRequest request) =>
        _routes.FirstOrDefault(one => one.Route.TryMatch(request.Path, [])
            && one.Methods?.Contains(request.Method, StringComparer.OrdinalIgnoreCase) is not false).Function;

    static TemplateMatcher MatcherOf(string prefix, WorkerFunction function)
    {
        var route = Property(function.Trigger, "route")?.GetString();
        var template = TemplateParser.Parse($"{prefix}/{(string.IsNullOrEmpty(route) ? function.Name : route)}".TrimStart('/'));
        return template.Parameters.Any(parameter => parameter.InlineConstraints.Any())
            ? throw new NotSupportedException($"{function.Name}: constraints of a route are not looked at here.")
            : new(template, []);
    }

    static string[]? MethodsOf(JsonElement trigger) => Property(trigger, "methods") is { ValueKind: JsonValueKind.Array } methods
        ? [.. methods.EnumerateArray().Select(method => method.GetString()!)]
        : null;

    static string PrefixOf(string hostFile)
    {
        if (!File.Exists(hostFile))
        {
            return "api";
        }
        using var host = JsonDocument.Parse(
            File.ReadAllBytes(hostFile), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return Property(Property(Property(host.RootElement, "extensions"), "http"), "routePrefix")?.GetString() ?? "api";
    }

    static JsonElement? Property(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var found) ? found : null;
}
