using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Labels;

/// <summary>Labels. They are in their workspace's row, so that one range has all workspaces of a company with their labels.</summary>
sealed class LabelStore(Tables tables, Outbox outbox, CompanyStore companies, LabelSettings settings, TimeProvider time)
{
    /// <summary>A workspace's labels, newest first, read from storage; none if the workspace is gone.</summary>
    public async Task<Label[]> ListAsync(string workspace, CancellationToken cancel) =>
        (await companies.FindWorkspaceAsync(workspace, cancel))?.Labels ?? [];

    public Task<Outcome<Data<LabelResponse>>> CreateAsync(
        string workspace, NewLabel wanted, OperationId operation, CancellationToken cancel)
    {
        var label = new Label(Ids.NewKey(time), wanted.Text, wanted.Color!.Value);
        return outbox.CommitAsync(
            tables.Companies, workspace[..8], operation, LabelApiJson.Default.DataLabelResponse, PrepareAsync, cancel);

        async Task<Outcome<Commit<Data<LabelResponse>>>> PrepareAsync()
        {
            if (await companies.ReadWorkspaceAsync(workspace, cancel) is not { Value: { DeletedAt: null } known } stored)
            {
                return Problems.NotFound("workspace", "workspaceId");
            }
            if (known.Labels.Length >= settings.PerWorkspace)
            {
                return Problems.Forbidden($"A workspace can have {settings.PerWorkspace} labels, and this one has them.");
            }
            return new Commit<Data<LabelResponse>>(
                new(LabelResponse.Of(label, workspace)),
                [
                    new(TableTransactionActionType.UpdateReplace, CompanyStore.Row(known with { Labels = [label, .. known.Labels] }),
                        stored.ETag),
                ]);
        }
    }

    /// <summary>The labels with these ids, in this order, without duplicates.</summary>
    public async Task<Outcome<Label[]>> ChooseAsync(string workspace, string[] ids, CancellationToken cancel)
    {
        if (ids.Length == 0)
        {
            return Array.Empty<Label>();
        }
        var all = (await ListAsync(workspace, cancel))
            .ToDictionary(label => IdKind.Label.Format(workspace, label.Key), StringComparer.Ordinal);
        return Array.FindIndex(ids, id => id is null || !all.ContainsKey(id)) is >= 0 and var missing
            ? Problems.NotFound("label", $"labels[{missing}]")
            : ids.Distinct(StringComparer.Ordinal).Select(id => all[id]).ToArray();
    }
}

static class LabelServices
{
    public static IServiceCollection AddLabels(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(LabelSettings.Read(configuration)).AddApiJson(LabelApiJson.Default).AddSingleton<LabelStore>();
}
