using Azure.Data.Tables;

var builder = WebApplication.CreateSlimBuilder(args);
var settings = builder.Configuration;
var service = new TableServiceClient(settings["AzureWebJobsStorage"]);
var (content, tokens) = (service.GetTableClient("content"), service.GetTableClient("tokens"));
var (tokenPartition, tokenRow) = (settings["TokenPartition"], settings["TokenRow"]);
var (postPartition, postRow) = (settings["PostPartition"], settings["PostRow"]);
var document = new byte[400];
// Who counts the posts of a workspace writes after the other.
var turn = new SemaphoreSlim(1, 1);

var app = builder.Build();

app.MapGet("/rows", async (CancellationToken cancel) =>
{
    var token = TokenAsync(cancel);
    var post = content.GetEntityIfExistsAsync<TableEntity>(postPartition, postRow, cancellationToken: cancel);
    return new { token = await token, post = Size((await post).Value!) };
});

app.MapGet("/rows/newest", async (int take, CancellationToken cancel) =>
{
    var token = TokenAsync(cancel);
    var posts = RangeAsync("post~", "post~~~", take, null, cancel);
    return new { token = await token, posts = (await posts).Select(Size).ToArray() };
});

// The index rows first, then the posts of each.
app.MapGet("/rows/by-date", async (string from, int scan, int take, CancellationToken cancel) =>
{
    var token = await TokenAsync(cancel);
    var index = await RangeAsync("by-date~" + from, "by-date~~~", scan, ["RowKey"], cancel);
    var groups = await Task.WhenAll(index.Take(take).Select(row => row.RowKey.Split('~')[2])
        .Select(group => RangeAsync("post~" + group, $"post~{group}~~", null, null, cancel)));
    return new { token, posts = groups.SelectMany(group => group).Select(Size).ToArray() };
});

app.MapPost("/rows", async (CancellationToken cancel) =>
{
    await TokenAsync(cancel);
    var name = Guid.NewGuid().ToString("N");
    await turn.WaitAsync(cancel);
    try
    {
        var head = (await RangeAsync("head", "head~~~", null, null, cancel)).Sum(Size);
        await content.SubmitTransactionAsync(
            [
                new(TableTransactionActionType.UpsertReplace,
                    new TableEntity("control", "counters") { ["doc0"] = new byte[40], ["docSize"] = 60 }),
                Added("outbox~" + name), Added("post~" + name), Added("activity~" + name),
                new(TableTransactionActionType.Add, new TableEntity("control", "by-page~" + name)),
                new(TableTransactionActionType.Add, new TableEntity("control", "by-campaign~" + name)),
            ],
            cancel);
        return Results.Json(new { head }, statusCode: StatusCodes.Status201Created);
    }
    finally
    {
        turn.Release();
    }
});

await app.RunAsync();

async Task<int> TokenAsync(CancellationToken cancel) =>
    Size((await tokens.GetEntityIfExistsAsync<TableEntity>(tokenPartition, tokenRow, cancellationToken: cancel)).Value!);

async Task<TableEntity[]> RangeAsync(string from, string until, int? take, string[]? select, CancellationToken cancel)
{
    var rows = content.QueryAsync<TableEntity>(
        $"PartitionKey eq '{postPartition}' and RowKey ge '{from}' and RowKey lt '{until}'", take, select, cancel);
    return await (take is { } most ? rows.Take(most) : rows).ToArrayAsync(cancel);
}

TableTransactionAction Added(string row) =>
    new(TableTransactionActionType.Add, new TableEntity("control", row) { ["doc0"] = document, ["docSize"] = 800 });

static int Size(TableEntity row) => row.GetBinary("doc0").Length;
