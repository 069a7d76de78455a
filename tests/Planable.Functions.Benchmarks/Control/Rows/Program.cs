using Azure.Data.Tables;

var builder = WebApplication.CreateSlimBuilder(args);
var settings = builder.Configuration;
var service = new TableServiceClient(settings["AzureWebJobsStorage"]);
var (content, tokens) = (service.GetTableClient("content"), service.GetTableClient("tokens"));
var (tokenPartition, tokenRow) = (settings["TokenPartition"], settings["TokenRow"]);
var (postPartition, postRow) = (settings["PostPartition"], settings["PostRow"]);
var document = new byte[400];

var app = builder.Build();

app.MapGet("/rows", async (CancellationToken cancel) =>
{
    var token = tokens.GetEntityIfExistsAsync<TableEntity>(tokenPartition, tokenRow, cancellationToken: cancel);
    var post = content.GetEntityIfExistsAsync<TableEntity>(postPartition, postRow, cancellationToken: cancel);
    return new { token = (await token).Value!.GetBinary("doc0").Length, post = (await post).Value!.GetBinary("doc0").Length };
});

app.MapPost("/rows", async (CancellationToken cancel) =>
{
    await tokens.GetEntityIfExistsAsync<TableEntity>(tokenPartition, tokenRow, cancellationToken: cancel);
    var head = 0;
    await foreach (var row in content.QueryAsync<TableEntity>(
        $"PartitionKey eq '{postPartition}' and RowKey ge 'head' and RowKey lt 'head~~~'", cancellationToken: cancel))
    {
        head += row.GetBinary("doc0").Length;
    }
    var name = Guid.NewGuid().ToString("N");
    await content.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpsertReplace,
                new TableEntity("control", "counters") { ["doc0"] = new byte[40], ["docSize"] = 60 }),
            new(TableTransactionActionType.Add, new TableEntity("control", "outbox~" + name) { ["doc0"] = document, ["docSize"] = 800 }),
            new(TableTransactionActionType.Add, new TableEntity("control", "post~" + name) { ["doc0"] = document, ["docSize"] = 400 }),
            new(TableTransactionActionType.Add, new TableEntity("control", "by-page~" + name)),
            new(TableTransactionActionType.Add, new TableEntity("control", "by-campaign~" + name)),
        ],
        cancel);
    return Results.Json(new { head }, statusCode: StatusCodes.Status201Created);
});

await app.RunAsync();
