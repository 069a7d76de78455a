using System.Net;
using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs.Models;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Http;
using Planable.Functions.Tests.Media;
using Planable.Storage;

namespace Planable.Functions.Tests.Kill;

/// <summary>
/// The app is killed while it brings files. What was accepted ends once, as success or error,
/// and the sweep leaves no blob that is nobody's.
/// </summary>
public sealed class IngestKillTests : KillGround
{
    static readonly (string Name, string? Value)[] Environment =
    [
        ("ASPNETCORE_ENVIRONMENT", "Development"), ("Fetch__AllowLoopback", "true"),
        ("Fetch__StallTimeout", "00:00:30"), ("Media__Lease", "00:00:02"),
        // A fake of the identity endpoint may run on this machine, whose host is never fetched from.
        ("IDENTITY_ENDPOINT", null),
    ];

    readonly LoopbackServer _server = new();
    readonly List<(string Id, string Hash)> _media = [];
    readonly List<string> _posts = [];

    [Fact]
    public async Task Killed_at_any_instant_each_file_ends_once_and_no_blob_is_left_over()
    {
        using var server = _server;
        var company = await TestCompany.CreateAsync(Observer, workspaces: 1, pages: 3);
        var (rounds, unanswered) = (Rounds.Of(40), 0);
        var same = MediaGround.Png(padding: 500_000);
        for (var round = 0; round < rounds; round++)
        {
            var (app, http) = await StartAsync(Environment);
            await using (app)
            using (http)
            {
                unanswered += await BeginAsync(new Client(http, company.Token), company, same);
                await Task.Delay(Random.Shared.Next(1_200), Cancel);
                await app.KillAsync();
            }
        }

        var (last, client) = await StartAsync(Environment);
        await using (last)
        using (client)
        {
            var caller = new Client(client, company.Token);
            // What was killed more often than a message comes back is found by the timer, after a minute, two, four and eight.
            await Eventually.TrueAsync(async () => (await ItemsAsync(company)).TrueForAll(item => item.IsSettled),
                "everything is settled", TimeSpan.FromMinutes(10));
            await HoldAsync(caller, company);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rounds} kills, {_media.Count} files and {_posts.Count} posts accepted, {unanswered} times no answer");
        Assert.True(_media.Count >= rounds);
    }

    /// <summary>Some files small, some large, some slow, some known already, some that are none; and a post that shows some.</summary>
    async Task<int> BeginAsync(Client caller, TestCompany company, byte[] same)
    {
        byte[][] files = [MediaGround.Png(), MediaGround.Png(padding: 12_000_000), same, same, Encoding.ASCII.GetBytes("no media")];
        string[] urls = [.. files.Select(file => Serve(file, slowly: false)), Serve(files[0], slowly: true)];
        try
        {
            var accepted = await caller.PostAsync(
                "/media", new { workspaceId = company.WorkspaceId, mediaUrls = urls }).ShouldBeAsync(HttpStatusCode.Accepted);
            _media.AddRange(
                accepted.Ids().Zip(files.Append(files[0]), (id, file) => (id, Convert.ToHexStringLower(SHA256.HashData(file)))));
            _posts.AddRange(
                (await caller.PostAsync("/posts", company.Group(company.PageIds).With("media", urls[..3])).CreatedAsync()).Ids("posts"));
            return 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return 1;
        }
    }

    string Serve(byte[] file, bool slowly) => _server.On($"/{Guid.NewGuid():N}.png", async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {file.Length}\r\n\r\n"), stop);
        foreach (var part in file.Chunk(slowly ? file.Length / 8 : file.Length))
        {
            await stream.WriteAsync(part, stop);
            await Task.Delay(slowly ? 100 : 0, stop);
        }
    }).AbsoluteUri;

    async Task HoldAsync(Client caller, TestCompany company)
    {
        var workspace = company.Workspaces[0].Key;
        var items = await ItemsAsync(company);
        foreach (var (id, hash) in _media)
        {
            var item = Assert.Single(items, one => one.Id == id);
            Assert.True(item.File?.Hash == hash || item.Status is MediaStatus.error
                && item.Error is MediaFailure.NotMedia or MediaFailure.NotProcessed, $"{item}");
        }
        foreach (var id in _posts)
        {
            var post = (await caller.GetAsync("/posts/" + id).OkAsync())["data"]!;
            var ids = post["mediaIds"]!.AsArray().Select(one => one!.GetValue<string>()).ToArray();
            Assert.Equal(ids.Select(one => items.Single(item => item.Id == one).File).OfType<StoredFile>().Select(file => file.Key),
                post["media"]!.AsArray().Select(link => new Uri(link!.GetValue<string>()).Segments[^1]));
        }
        var container = Observer.Get<MediaBlobs>().Container;
        var files = await Observer.Get<Tables>().Content.RangeAsync(workspace, MediaStore.Files, cancel: Cancel)
            .Select(row => row.Read(MediaStoredJson.Default.StoredFile)).ToListAsync(Cancel);
        Assert.Equal(files.Count, files.Select(file => file.Hash).Distinct().Count());
        Assert.All(files, file => Assert.Equal(file.Uses, items.Count(item => item.File?.Key == file.Key)));
        string[] kept = [.. files.SelectMany(file =>
            new[] { MediaBlobs.Path(workspace, file.Key), MediaBlobs.ThumbnailPath(workspace, file.Key) }).Order(StringComparer.Ordinal)];
        // Whoever settled the last may still be clearing up.
        await Eventually.TrueAsync(
            async () =>
            {
                await foreach (var orphan in Observer.Get<MediaSweep>().OrphansAsync(TimeSpan.Zero, Cancel))
                {
                    await container.DeleteBlobIfExistsAsync(orphan, cancellationToken: Cancel);
                }
                return kept.SequenceEqual(await container.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, Cancel)
                    .Select(blob => blob.Name).ToListAsync(Cancel));
            },
            "there is a blob for each file, and no other");
        foreach (var file in files)
        {
            var stored = await container.GetBlobClient(MediaBlobs.Path(workspace, file.Key)).DownloadContentAsync(Cancel);
            Assert.Equal(file.Hash, Convert.ToHexStringLower(SHA256.HashData(stored.Value.Content)));
        }
    }

    async Task<List<MediaItem>> ItemsAsync(TestCompany company) => await Observer.Get<Tables>().Content
        .RangeAsync(company.Workspaces[0].Key, MediaStore.Prefix, cancel: Cancel)
        .Select(row => row.Read(MediaStoredJson.Default.MediaItem)).ToListAsync(Cancel);
}
