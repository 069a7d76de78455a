using Planable.Platform.Hosting;

namespace Planable.Company.Workspaces;

/// <param name="Wait">
/// How long to wait before removing a deleted workspace's data. In production it must be longer than any cache keeps the workspace.
/// </param>
sealed record WorkspaceRemovalSettings(TimeSpan Wait)
{
    public static WorkspaceRemovalSettings Read(IConfiguration configuration) =>
        new(configuration.Duration("WorkspaceRemoval:Wait", TimeSpan.FromMinutes(1)));
}
