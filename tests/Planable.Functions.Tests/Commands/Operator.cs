using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;

namespace Planable.Functions.Tests.Commands;

/// <summary>What a command left behind: its exit code, and what it said.</summary>
sealed record Ran(int Code, string Out, string Error)
{
    /// <summary>The one document on stdout.</summary>
    public JsonNode Json => JsonNode.Parse(Out)!;

    public Ran Done() => Is(0);

    public Ran Is(int code)
    {
        Assert.True(Code == code, $"{Code}, not {code}\n{Out}\n{Error}");
        return this;
    }

    /// <summary>It says why in one line that has this in it, and nothing else.</summary>
    public void Fails(int code, string part)
    {
        Is(code);
        Assert.Equal("", Out);
        Assert.Contains(part, Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Error.TrimEnd());
    }
}

/// <summary>
/// Somebody who types commands: what <c>planable</c> runs, from its arguments to its exit code,
/// over a storage of the test's.
/// </summary>
sealed class Operator(string storage, string? data = null, HttpPipelinePolicy? between = null, params (string Key, string Value)[] settings)
{
    /// <summary>How wide the terminal is on which lines can be written over; null where output is redirected.</summary>
    public int? Width { get; init; }

    /// <summary>What is other than in the command.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    public Task<Ran> RunAsync(params string[] args) => TypeAsync("", args);

    /// <summary>Runs it with this on stdin.</summary>
    public async Task<Ran> TypeAsync(string input, params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            args, new(new StringReader(input), output, error, Width is { } width ? () => width : null), builder =>
            {
                builder.Configuration["AzureWebJobsStorage"] = storage;
                builder.Configuration["PLANABLE_DATA"] = data ?? AzuriteFixture.Data;
                foreach (var (key, value) in settings)
                {
                    builder.Configuration[key] = value;
                }
                builder.Services.AddSingleton<HttpPipelinePolicy, StorageCalls>();
                Services?.Invoke(builder.Services);
                if (between is not null)
                {
                    builder.Services.AddSingleton(between);
                }
            });
        return new(code, output.ToString(), error.ToString());
    }

    public async Task<JsonNode> JsonAsync(params string[] args) => (await RunAsync([.. args, "--json"])).Done().Json;

    /// <summary>A company of a test's own.</summary>
    public async Task<Made> CreateAsync(string plan = "Enterprise")
    {
        var company = await JsonAsync(
            "company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email", "ada@example.com", "--plan", plan);
        return new(company.Text("id"), company.Ids("workspaces").Single(), company.Ids("owners").Single());
    }

    public async Task<string> ConnectAsync(string workspace, string platform = "facebook") =>
        (await JsonAsync("pages", "connect", workspace, "--platform", platform, "--name", "A page", "--network", "sandbox")).Text("id");

    public async Task<string> IssueAsync(string company, params string[] more) =>
        (await JsonAsync(["tokens", "issue", "--company", company, "--name", "A token", "--scope", "Write", "--expires", "never", .. more]))
            .Text("text");

    public async Task<string> InviteAsync(string company, string email, string role, params string[] more) =>
        (await JsonAsync(["people", "invite", "--company", company, "--email", email, "--name", "Somebody",
            "--role", role, .. more]))["user"]!.Text("id");

    public sealed record Made(string Company, string Workspace, string Owner)
    {
        public string Key => Company["cmp_".Length..];
    }
}
