namespace Planable.Functions.Tests.Clients;

/// <summary>The linters and generators that <c>package.json</c> pins.</summary>
static class NodeTools
{
    static readonly NpmFolder Npm = new("Clients");

    public static string Folder => Npm.Path;

    /// <summary>Runs a script of <c>package.json</c>.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string script, params (string Name, string Value)[] environment)
    {
        await Npm.InstalledAsync();
        return await Npm.NpmAsync(
            ["run", "--silent", script], [.. environment, ("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")]);
    }
}
