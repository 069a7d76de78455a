using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Company.Labels;

/// <summary>A label as stored.</summary>
sealed record Label([property: JsonPropertyName("own")] string Key, string Text, LabelColor Color);

/// <summary>Labels. Table content, partition = workspace: row <c>label~</c>key, newest first.</summary>
sealed class LabelStore(Tables tables, Outbox outbox, TimeProvider time)
{
    public const string Prefix = "label~";

    public Task<List<Label>> ListAsync(string workspace, CancellationToken cancel) =>
        tables.Content.RangeAsync(workspace, Prefix, cancel: cancel)
            .Select(row => row.Read(LabelStoredJson.Default.Label)).ToListAsync(cancel).AsTask();

    public Task<Outcome<Data<LabelResponse>>> CreateAsync(
        Workspace workspace, NewLabel wanted, OperationId operation, CancellationToken cancel)
    {
        var label = new Label(Ids.NewKey(time), wanted.Text, wanted.Color!.Value);
        var draft = new Commit<Data<LabelResponse>>(new(LabelResponse.Of(label, workspace.Key)),
            [new(TableTransactionActionType.Add, Row(workspace.Key, label))]);
        return outbox.CommitAsync(
            tables.Content, workspace.Key, operation, LabelApiJson.Default.DataLabelResponse,
            () => Task.FromResult<Outcome<Commit<Data<LabelResponse>>>>(draft), cancel);
    }

    public Task AddAsync(string workspace, IEnumerable<Label> labels, CancellationToken cancel) => tables.Content.SubmitTransactionAsync(
        labels.Select(label => new TableTransactionAction(TableTransactionActionType.Add, Row(workspace, label))), cancel);

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

    static TableEntity Row(string workspace, Label label) =>
        new TableEntity(workspace, Prefix + label.Key).With(label, LabelStoredJson.Default.Label);
}

static class LabelServices
{
    public static IServiceCollection AddLabels(this IServiceCollection services) =>
        services.AddApiJson(LabelApiJson.Default).AddSingleton<LabelStore>();
}

/// <summary>The colour of a label.</summary>
[JsonConverter(typeof(LabelColorConverter))]
public enum LabelColor
{
    [JsonStringEnumMemberName("pattens-blue")] PattensBlue,
    [JsonStringEnumMemberName("feta")] Feta,
    [JsonStringEnumMemberName("pink-lace")] PinkLace,
    [JsonStringEnumMemberName("pippin")] Pippin,
    [JsonStringEnumMemberName("peach-cream")] PeachCream,
    [JsonStringEnumMemberName("fog")] Fog,
    [JsonStringEnumMemberName("half-and-half")] HalfAndHalf,
    [JsonStringEnumMemberName("lime-flurish")] LimeFlurish,
    [JsonStringEnumMemberName("snowy-mint")] SnowyMint,
    [JsonStringEnumMemberName("blue-chalk")] BlueChalk,
    [JsonStringEnumMemberName("mabel")] Mabel,
    [JsonStringEnumMemberName("silver-sand")] SilverSand,
}

public sealed class LabelColorConverter : NameConverter<LabelColor>;
