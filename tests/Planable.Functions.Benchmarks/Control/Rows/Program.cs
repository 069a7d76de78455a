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

app.MapGet("/rows/list", async (string by, string from, string until, int take, CancellationToken cancel) =>
{
    var token = TokenAsync(cancel);
    var ranges = Task.WhenAll(new[] { $"list~{by}~client~", $"list~{by}~team~" }
        .Select(range => RangeAsync(range + from, range + until, take, null, cancel)));
    return new { token = await token, posts = (await ranges).SelectMany(rows => rows).Select(Size).ToArray() };
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
                Added("list~page~" + name), Added("list~campaign~" + name), Added("list~all~" + name),
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

static int Size(TableEntity row) => row.Select(one => one.Value).OfType<byte[]>().Sum(bytes => bytes.Length);
