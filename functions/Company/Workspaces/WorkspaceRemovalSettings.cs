using Planable.Platform.Hosting;

namespace Planable.Company.Workspaces;

/// <param name="Wait">How long a deleted workspace's data waits: longer than anything remembers the workspace, in production.</param>
sealed record WorkspaceRemovalSettings(TimeSpan Wait)
{
    public static WorkspaceRemovalSettings Read(IConfiguration configuration) =>
        new(configuration.Duration("WorkspaceRemoval:Wait", TimeSpan.FromMinutes(1)));
}
