using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// Sampling and roots are deprecated, but still part of what the suite tests; requests for input are new.
#pragma warning disable MCP9004, MCP9005, MCP9006, MCP9007, MCPEXP001

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>The tools and the prompt that the suite calls to see a server ask for input, over as many rounds as it needs.</summary>
static class ConformanceInputs
{
    const string State = "the state of a call";

    static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    static readonly InputRequest Roots = InputRequest.ForRootsList(new());

    public static readonly McpServerPrompt Prompt = ConformancePrompts.Prompt(
        "test_input_required_result_prompt", (RequestContext<GetPromptRequestParams> context) =>
            context.Params?.InputResponses?.TryGetValue("user_context", out _) is true
                ? ConformancePrompts.Says(new TextContentBlock { Text = "It depends on who asks." })
                : throw Needs("user_context", Ask("context")));

    public static readonly McpServerTool[] Tools =
    [
        Tool("elicitation", given => given.InputResponses?.TryGetValue("user_name", out var name) is true
            ? $"Hello, {name!.Deserialize(InputResponse.ElicitResultJsonTypeInfo)?.Content?["name"]}!"
            : throw Needs("user_name", Ask("name"))),
        Tool("sampling", given => given.InputResponses?.TryGetValue("capital_question", out _) is true
            ? "Sampled." : throw Needs("capital_question", Sample("What is the capital of France?"))),
        Tool("list_roots", given => given.InputResponses?.TryGetValue("client_roots", out _) is true
            ? "Listed." : throw Needs("client_roots", Roots)),
        Tool("request_state", given => given.RequestState switch
        {
            null => throw Needs("confirm", Ask("ok"), State),
            State => "state-ok",
            _ => throw Refused(),
        }),
        Tool("multiple_inputs", given => given.InputResponses is { Count: >= 3 } ? "All three." : throw new InputRequiredException(
            new Dictionary<string, InputRequest>(StringComparer.Ordinal)
            {
                ["user_name"] = Ask("name"),
                ["greeting"] = Sample("Generate a greeting"),
                ["client_roots"] = Roots,
            },
            State)),
        Tool("multi_round", given => given.RequestState switch
        {
            null => throw Needs("step1", Ask("name"), "first"),
            "first" => throw Needs("step2", Ask("color"), "second"),
            _ => "That was the third round.",
        }),
        Tool("tampered_state", given => given.RequestState switch
        {
            null => throw Needs("confirm", Ask("ok"), Signed("confirm")),
            var state => state == Signed("confirm") ? "Untouched." : throw Refused(),
        }),
        ConformanceTools.Tool("test_input_required_result_capabilities", (RequestContext<CallToolRequestParams> context) =>
        {
            var can = context.JsonRpcRequest.Context?.ClientCapabilities;
            (string Key, bool Can, InputRequest Request)[] all =
            [
                ("capital_question", can?.Sampling is not null, Sample("What is the capital of France?")),
                ("user_name", can?.Elicitation is not null, Ask("name")),
                ("client_roots", can?.Roots is not null, Roots),
            ];
            return context.Params?.InputResponses is { Count: > 0 } || !Array.Exists(all, one => one.Can) ? "Nothing to ask."
                : throw new InputRequiredException(
                    all.Where(one => one.Can).ToDictionary(one => one.Key, one => one.Request, StringComparer.Ordinal));
        }),
    ];

    static McpServerTool Tool(string name, Func<CallToolRequestParams, string> does) => ConformanceTools.Tool(
        "test_input_required_result_" + name, (RequestContext<CallToolRequestParams> context) => does(context.Params!));

    public static InputRequiredException Needs(string key, InputRequest request, string? state = null) =>
        new(new Dictionary<string, InputRequest>(StringComparer.Ordinal) { [key] = request }, state);

    static McpProtocolException Refused() => new("The state is not the one that was sent.", McpErrorCode.InvalidParams);

    static InputRequest Ask(string field) => InputRequest.ForElicitation(new()
    {
        Message = "Please tell.",
        RequestedSchema = new()
        {
            Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>(StringComparer.Ordinal)
            {
                [field] = field == "ok" ? new ElicitRequestParams.BooleanSchema() : new ElicitRequestParams.StringSchema(),
            },
            Required = [field],
        },
    });

    public static InputRequest Sample(string text) => InputRequest.ForSampling(new()
    {
        MaxTokens = 100,
        Messages = [new() { Role = Role.User, Content = [new TextContentBlock { Text = text }] }],
    });

    static string Signed(string text) => text + "." + Convert.ToHexString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(text)));
}
