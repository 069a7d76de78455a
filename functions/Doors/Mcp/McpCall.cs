using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Net.Http.Headers;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <summary>
/// One call of <c>/mcp</c>. It is authenticated once, as a call of the operation that it leads to: so limits, counts and rights are those
/// of the operation. What leads to none, such as a list of tools, is a read.
/// </summary>
sealed class McpCall(IPolicyEvaluator evaluator, IAuthorizationPolicyProvider policies)
{
    const string ReadAndWrite = $"{AppScopes.Read} {AppScopes.Write}";

    static readonly Endpoint Door = new(null, new([new TagsAttribute("MCP")]), "MCP");

    InnerCall? _first;
    bool _hasRun;

    /// <summary>The tool that is called; null for any other message.</summary>
    public ToolCall? Tool { get; private set; }

    HttpContext Outer { get; set; } = null!;

    public string RequestId => Outer.TraceIdentifier;

    /// <summary>
    /// Authenticates the sender of a message. If the sender may not send it, answers the call and returns false.
    /// </summary>
    public async Task<bool> EnterAsync(HttpContext outer, ToolCall? tool)
    {
        (Outer, Tool) = (outer, tool);
        _first = tool is { First: { } request } ? InnerCall.Of(outer, request)
            : new InnerCall(outer, Door, tool is { Tool.Twin.IsRead: false } ? HttpMethods.Post : HttpMethods.Get,
                McpEndpoint.Path, QueryString.Empty, null);
        outer.Response.OnCompleted(_first.CompletedAsync);
        var policy = (await policies.GetPolicyAsync(TokenAuthentication.Name))!;
        var known = await evaluator.AuthenticateAsync(policy, _first.Http);
        var result = await evaluator.AuthorizeAsync(policy, known, _first.Http, _first.Http);
        outer.Features.Set(_first.Limit);
        if (result.Challenged)
        {
            await (_first.Limit is { IsOver: true } over ? over.Refusal().ExecuteAsync(outer) : ChallengeAsync());
        }
        else if (_first.Caller!.CheckMethod(HttpMethods.Get) is { } gone)
        {
            await gone.ExecuteAsync(outer);
        }
        else if (result.Forbidden || (tool is not null && !_first.Caller.Has(tool.Tool.Scope)))
        {
            await DemandAsync(tool!.Tool.Scope);
        }
        else
        {
            return true;
        }
        _first.Http.Response.StatusCode = outer.Response.StatusCode;
        return false;
    }

    /// <summary>Runs the operation that the call was authenticated for.</summary>
    public Task<TwinAnswer> FirstAsync()
    {
        if (_hasRun)
        {
            throw new InvalidOperationException("The first operation runs once.");
        }
        _hasRun = true;
        return _first!.RunAsync();
    }

    /// <summary>Runs a further operation for the same caller.</summary>
    public async Task<TwinAnswer> RunAsync(TwinRequest request)
    {
        var inner = InnerCall.Of(Outer, request);
        inner.Continue(_first!);
        if (inner.Caller!.CheckMethod(request.Twin.Method) is { } problem)
        {
            await problem.ExecuteAsync(inner.Http);
            return new(StatusCodes.Status403Forbidden, default);
        }
        return await inner.RunAsync();
    }

    /// <summary>Notes for the count of calls that a call was refused before its operation ran.</summary>
    public void Refused() => _first!.Http.Response.StatusCode = StatusCodes.Status400BadRequest;

    Task ChallengeAsync()
    {
        var error = Outer.Request.Headers.Authorization.Count > 0 ? "error=\"invalid_token\", " : "";
        Outer.Response.Headers[HeaderNames.WWWAuthenticate] =
            $"Bearer {error}resource_metadata=\"{Metadata}\", scope=\"{ReadAndWrite}\"";
        return ProblemResponses.ForStatus(StatusCodes.Status401Unauthorized).ExecuteAsync(Outer);
    }

    Task DemandAsync(string scope)
    {
        Outer.Response.Headers[HeaderNames.WWWAuthenticate] =
            $"Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{Metadata}\"";
        return Problems.Forbidden($"This token lacks the scope {scope}, which this tool needs.").ExecuteAsync(Outer);
    }

    string Metadata => Outer.Origin() + "/.well-known/oauth-protected-resource" + McpEndpoint.Path;
}

/// <summary>A call of a tool, as it was sent.</summary>
/// <param name="First">The operation that is authenticated, and run first; null if the arguments name none.</param>
sealed record ToolCall(McpTool Tool, JsonElement Arguments, TwinRequest? First)
{
    public bool Has(string name) => Arguments.ValueKind is JsonValueKind.Object && Arguments.TryGetProperty(name, out _);

    /// <summary>The text of an argument; null if it is missing or no text.</summary>
    public string? Text(string name) => Has(name) && Arguments.GetProperty(name) is { ValueKind: JsonValueKind.String } text
        ? text.GetString() : null;

    /// <summary>The texts of an argument that is a list.</summary>
    public string[] Texts(string name) => !Has(name) || Arguments.GetProperty(name) is not { ValueKind: JsonValueKind.Array } list ? []
        : [.. list.EnumerateArray().Where(one => one.ValueKind is JsonValueKind.String).Select(one => one.GetString()!)];

    /// <summary>The number of an argument; null if it is missing or no whole number.</summary>
    public int? Number(string name) => Has(name) && Arguments.GetProperty(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt32(out var value) ? value : null;
}
