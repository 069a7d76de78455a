using System.Text.RegularExpressions;

namespace Planable.Functions.Tests.Infra;

/// <summary>The workflows run nothing that somebody can change under them, and may do no more than they do.</summary>
public sealed partial class WorkflowTests
{
    static readonly string[] All =
        [.. Directory.GetFiles(Path.Combine(Templates.Folder, "..", ".github", "workflows")).Select(File.ReadAllText)];

    [Fact]
    public void Every_action_is_pinned_to_a_commit()
    {
        var used = All.SelectMany(text => Used().Matches(text).Select(match => match.Groups["what"].Value)).ToArray();

        Assert.NotEmpty(used);
        Assert.All(used, what => Assert.Matches("^(\\./\\S+|\\S+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+)$", what));
    }

    [Fact]
    public void Nothing_is_allowed_that_a_job_does_not_ask_for()
    {
        Assert.All(All, text => Assert.Contains("\npermissions: {}\n", text, StringComparison.Ordinal));
        Assert.All(All, text => Assert.DoesNotMatch(": write(?<!(id-token|security-events): write)", text));
        Assert.All(All, text => Assert.DoesNotContain("secrets.", text, StringComparison.Ordinal));
    }

    [GeneratedRegex("uses: (?<what>.+)", RegexOptions.NonBacktracking)]
    private static partial Regex Used();
}
