using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Promises;

/// <summary>
/// Every field of every operation of the reference, with every kind of wrong value: the error names that field, and says the same of the
/// same fault everywhere.
/// </summary>
public sealed partial class WrongValueTests(AzuriteFixture fixture)
{
    static readonly string[] NoObject = ["5", "true", "\"x\"", "[]"];

    /// <summary>Values of wrong types, by the type that the reference documents.</summary>
    static readonly Dictionary<string, string[]> WrongTypes = new(StringComparer.Ordinal)
    {
        ["string"] = ["5", "true", "{}", "[]"],
        ["boolean"] = ["5", "\"true\"", "{}", "[]"],
        ["integer"] = ["1.5", "1e99", "\"1\"", "true", "{}", "[]"],
        ["number"] = ["\"1\"", "true", "{}", "[]"],
        ["array"] = ["5", "true", "\"x\"", "{}"],
        ["object"] = NoObject,
    };

    readonly App _app = fixture.App;

    [Fact]
    public async Task Every_wrong_value_is_told_what_it_must_be()
    {
        var reference = await OpenApiDocument.ReadAsync(_app);
        var client = (await TestCompany.CreateAsync(_app)).Client;
        Case[] cases = [.. reference.Operations.SelectMany(one => Cases(reference, one.Method, one.Path, one.Operation))];
        ConcurrentBag<string> wrong = [];

        await Parallel.ForEachAsync(cases, TestContext.Current.CancellationToken, async (one, _) =>
        {
            using var response = await client.SendAsync(new(one.Method), one.Path, one.Body);
            var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var details = (int)response.StatusCode == 400 ? JsonNode.Parse(answer)!["error"]!["details"]?.AsArray() : null;
            if (details is null || !details.Any(detail => (detail!.Text("field"), detail!.Text("message")) == (one.Field, one.Words)))
            {
                wrong.Add($"{one} was answered {(int)response.StatusCode} {answer}");
            }
            if (FrameworkWords().IsMatch(answer))
            {
                wrong.Add($"{one} was answered in the framework's words: {answer}");
            }
        });

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(50)));
        Assert.True(cases.Length > 500, $"only {cases.Length} cases");
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var company = await TestCompany.CreateAsync(_app);

        var error = await company.Client.SendAsync(
            HttpMethod.Post, "/labels", """{"workspaceId":1,"text":5,"color":"red"}""").InvalidAsync("workspaceId", "text", "color");
        await company.Client.SendAsync(HttpMethod.Post, "/posts", """
            {"workspaceId":1,"pageIds":[5,null],"gridPosition":"1","scheduledAt":"soon","teamOnly":null,"pinterest":{"boardId":1,"link":2}}
            """).InvalidAsync(
                "workspaceId", "pageIds[0]", "pageIds[1]", "gridPosition", "scheduledAt", "teamOnly",
                "pinterest.boardId", "pinterest.link");
        await company.Client.GetAsync("/posts?limit=0x10&offset=x&status=DONE&scheduledAfter=soon")
            .InvalidAsync("workspaceId", "limit", "offset", "status", "scheduledAfter");

        Assert.Equal(3, error["details"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_body_among_many_is_told_the_same()
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = company.Post().With("teamOnly", null).With("gridPosition", "1");

        var alone = await company.Client.PostAsync("/posts", post).InvalidAsync("teamOnly", "gridPosition");
        var bulk = (await company.Client.PostAsync("/posts/bulk", new { posts = new[] { post } }).OkAsync())["data"]!["results"]![0]!;

        Assert.Equal(alone["details"]!.ToJsonString(), bulk["error"]!["details"]!.ToJsonString());
    }

    static IEnumerable<Case> Cases(OpenApiDocument reference, string method, string path, JsonNode operation)
    {
        var target = path.Replace("{id}", "x", StringComparison.Ordinal).Replace("{commentId}", "x", StringComparison.Ordinal);
        JsonNode[] query = [.. operation["parameters"]?.AsArray().OfType<JsonNode>().Where(one => one.Text("in") == "query") ?? []];
        foreach (var parameter in query)
        {
            var (name, schema) = (parameter.Text("name"), parameter["schema"]!);
            if (IsRequired(parameter))
            {
                yield return new(method, target + Query(query, name, null), null, name, FieldWords.Missing);
                yield return new(method, target + Query(query, name, ""), null, name, FieldWords.Blank);
            }
            foreach (var (text, words) in WrongTexts(schema))
            {
                yield return new(method, target + Query(query, name, text), null, name, words);
            }
        }
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } body)
        {
            var schema = reference.Resolve(body);
            foreach (var (field, value, words) in WrongFields(reference, schema, prefix: ""))
            {
                // The bodies that /posts/bulk takes are answered each by itself.
                if (!field.StartsWith("posts[", StringComparison.Ordinal))
                {
                    yield return new(method, target, value, field, words);
                }
            }
        }
    }

    /// <summary>The fields of an object, each with a wrong value: the whole object as JSON, and what is said of the field.</summary>
    static IEnumerable<(string Field, string Json, string Words)> WrongFields(
        OpenApiDocument reference, JsonNode schema, string prefix)
    {
        foreach (var name in OpenApiDocument.Required(schema))
        {
            yield return (prefix + name, "{}", FieldWords.Missing);
        }
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var required = OpenApiDocument.Required(schema).Contains(name);
            foreach (var (field, json, words) in WrongValues(reference, reference.Resolve(property!), prefix + name, required))
            {
                yield return (field, $"{{\"{name}\":{json}}}", words);
            }
        }
    }

    static IEnumerable<(string Field, string Json, string Words)> WrongValues(
        OpenApiDocument reference, JsonNode schema, string field, bool required)
    {
        var types = OpenApiDocument.Types(schema);
        if (!types.Contains("null"))
        {
            yield return (field, "null", FieldWords.Null);
        }
        if (schema["anyOf"] is not null)
        {
            foreach (var json in new[] { "5", "true", "{}", "[5]" })
            {
                yield return (field, json, FieldWords.Of(typeof(OneOrMany)));
            }
            yield break;
        }
        var type = types.Single(one => one != "null");
        foreach (var json in WrongTypes[type])
        {
            yield return (field, json, Words(schema, type));
        }
        var inner = type switch
        {
            "object" => WrongFields(reference, schema, field + "."),
            "array" => WrongLists(reference, schema, field),
            "string" => WrongStrings(schema, required).Select(one => (field, one.Json, one.Words)),
            "integer" or "number" => WrongNumbers(schema).Select(number => (field, number, Words(schema, type))),
            _ => [],
        };
        foreach (var one in inner)
        {
            yield return one;
        }
    }

    static IEnumerable<(string Field, string Json, string Words)> WrongLists(OpenApiDocument reference, JsonNode schema, string field)
    {
        var item = reference.Resolve(schema["items"]!);
        var sample = OpenApiDocument.Types(item).Contains("object") ? "{}" : "\"x\"";
        if (schema["minItems"] is not null)
        {
            yield return (field, "[]", "Must not be empty.");
        }
        if (schema["maxItems"]?.GetValue<int>() is { } most)
        {
            yield return (field, $"[{string.Join(',', Enumerable.Repeat(sample, most + 1))}]", $"Must have at most {most} items.");
        }
        foreach (var (name, json, words) in WrongValues(reference, item, field + "[1]", required: false))
        {
            yield return (name, $"[{sample},{json}]", words);
        }
    }

    static IEnumerable<(string Json, string Words)> WrongStrings(JsonNode schema, bool required)
    {
        if (schema["enum"] is not null)
        {
            yield return ("\"NONSENSE\"", Words(schema, "string"));
            yield return ("\"\"", Words(schema, "string"));
            yield break;
        }
        if (schema["format"]?.GetValue<string>() is "date-time")
        {
            foreach (var text in new[] { "", "soon", "2030-01-01", "2030-01-01T00:00Z", "2030-01-01T00:00:00.Z", "2030-01-01T00:00:00" })
            {
                yield return ($"\"{text}\"", Rfc3339.Words);
            }
            yield break;
        }
        yield return ("\"a\\u0000b\"", FieldWords.NoText);
        yield return ("\"\\ud83d\"", FieldWords.NoText);
        var (least, most) = (schema["minLength"]?.GetValue<int>() ?? 0, schema["maxLength"]?.GetValue<int>());
        if (most is { } longest)
        {
            var words = least > 0 ? $"Must have {least} to {most} characters." : $"Must have at most {most} characters.";
            yield return ($"\"{new string('x', longest + 1)}\"", words);
        }
        foreach (var blank in least > 0 ? (string[])["", " ", "\\u200b"] : [])
        {
            yield return ($"\"{blank}\"", FieldWords.Blank);
        }
    }

    static IEnumerable<string> WrongNumbers(JsonNode schema)
    {
        if (schema["minimum"]?.GetValue<decimal>() is { } least)
        {
            yield return $"{least - 1}";
        }
        if (schema["maximum"] is { } most && most.GetValue<double>() < int.MaxValue)
        {
            yield return $"{most.GetValue<int>() + 1}";
        }
    }

    /// <summary>Wrong texts for a value of the query.</summary>
    static IEnumerable<(string Text, string Words)> WrongTexts(JsonNode schema)
    {
        if (schema["enum"] is not null)
        {
            yield return ("NONSENSE", Words(schema, "string"));
            yield return ("", Words(schema, "string"));
        }
        else if (schema["format"]?.GetValue<string>() is "date-time")
        {
            foreach (var text in new[] { "soon", "2030-01-01T00:00Z", "2030-01-01T00:00:00.Z", "2030-01-01T00:00:00+02:00" })
            {
                yield return (text, new Rfc3339Attribute().FormatErrorMessage(""));
            }
        }
        else if (OpenApiDocument.Types(schema).Contains("integer"))
        {
            foreach (var text in WrongNumbers(schema).Concat(["", "x", "1.5", "0x10", "1e1", "99999999999"]))
            {
                yield return (text, Words(schema, "integer"));
            }
        }
    }

    static string Words(JsonNode schema, string type)
    {
        if (schema["enum"] is JsonArray values)
        {
            return $"Must be one of: {string.Join(", ", values.OfType<JsonValue>().Select(value => value.GetValue<string>()))}.";
        }
        var (least, most) = (schema["minimum"], schema["maximum"] is { } limit && limit.GetValue<double>() < int.MaxValue ? limit : null);
        var range = least is null ? "." : most is null ? $", {least} or more." : $" from {least} to {most}.";
        return type switch
        {
            "integer" => "Must be a whole number" + range,
            "number" => "Must be a number" + range,
            "boolean" => "Must be true or false.",
            "array" => "Must be an array.",
            "object" => "Must be an object.",
            _ when schema["format"]?.GetValue<string>() is "date-time" => Rfc3339.Words,
            _ => "Must be a string.",
        };
    }

    /// <summary>The query with a value for everything required, and one wrong; null to leave it out.</summary>
    static string Query(JsonNode[] parameters, string name, string? wrong) => "?" + string.Join('&',
        from parameter in parameters
        let own = parameter.Text("name")
        let value = own == name ? wrong
            : !IsRequired(parameter) ? null
            : parameter["schema"]!["format"]?.GetValue<string>() is "date-time" ? "2030-01-01T00:00:00Z" : "x"
        where value is not null
        select $"{own}={(own == name ? value.Replace(" ", "%20", StringComparison.Ordinal) : Uri.EscapeDataString(value))}");

    static bool IsRequired(JsonNode parameter) => parameter["required"]?.GetValue<bool>() is true;

    [GeneratedRegex(@"The \w+ field|The field|fully-qualified|minimum length|type or array", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FrameworkWords();

    /// <param name="Words">What must be said of the field.</param>
    sealed record Case(string Method, string Path, string? Body, string Field, string Words)
    {
        public override string ToString() => $"{Method} {Path} {(Body?.Length > 200 ? Body[..200] : Body)} ({Field}: {Words})";
    }
}
