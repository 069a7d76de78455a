using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Media;

/// <summary>A storage of its own, an instance on it that may fetch from this machine, and a server to fetch from.</summary>
public sealed class MediaGround : OwnStorageGround
{
    /// <summary>As in Development, where it may be asked to reach this machine; what it waits minutes for takes seconds.</summary>
    internal static readonly (string Key, string Value)[] Settings =
    [
        ("environment", "Development"), ("Fetch:AllowLoopback", "true"),
        // A fake of the identity endpoint runs on this machine, whose host is never fetched from.
        ("IDENTITY_ENDPOINT", ""),
        ("Fetch:AnswerTimeout", "00:00:15"), ("Fetch:StallTimeout", "00:00:15"), ("Media:Lease", "00:00:30"),
    ];

    internal LoopbackServer Server { get; } = new();

    public override ValueTask DisposeAsync()
    {
        Server.Dispose();
        return base.DisposeAsync();
    }

    private protected override App Start() => App.Start(ConnectionString, settings: Settings);

    /// <summary>A file's address, under a name that no other test uses.</summary>
    internal string Serve(byte[] file, string name = "picture.png") => Server.On($"/{Guid.NewGuid():N}/{name}", file).AbsoluteUri;

    /// <summary>Begins imports; the ids, in the order of the addresses.</summary>
    /// <summary>The due entries of a company's imports, due or not.</summary>
    internal static async Task<DueEntry[]> DueAsync(App app, TestCompany company) =>
        [.. (await app.Get<DueIndex>()
            .DueAsync(TimeProvider.System.GetUtcNow().AddDays(1), TestContext.Current.CancellationToken))
            .Where(entry => entry.Kind == ImportDispatcher.Kind && entry.Subject.StartsWith(company.Key, StringComparison.Ordinal))];

    /// <summary>Looks at a company's imports as the timer does, whenever they are due.</summary>
    internal static async Task LookAsync(App app, TestCompany company, TimeSpan later = default) =>
        await ActivatorUtilities.CreateInstance<ImportDispatcher>(
            app.Services, new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later))
            .HandleAsync(await DueAsync(app, company), TestContext.Current.CancellationToken);

    internal static async Task<string[]> ImportAsync(TestCompany company, params string[] urls) =>
        (await company.Client.PostAsync("/media", new { workspaceId = company.WorkspaceId, mediaUrls = urls })
            .ShouldBeAsync(System.Net.HttpStatusCode.Accepted)).Ids();

    /// <summary>A piece of media once it is settled.</summary>
    internal static async Task<JsonNode> SettledAsync(TestCompany company, string id)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(async () =>
        {
            found = (await company.Client.GetAsync("/media/" + id).OkAsync())["data"];
            return found!.Text("status") is "success" or "error";
        }, $"{id} is settled");
        return found!;
    }

    /// <summary>A PNG, different from every other.</summary>
    /// <param name="padding">Bytes that it has besides, in a chunk that readers skip.</param>
    internal static byte[] Png(int width = 3, int height = 2, int padding = 0)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk("IHDR", header);
        Chunk("teSt", [.. Guid.NewGuid().ToByteArray(), .. new byte[padding]]);
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var row = 0; row < height; row++)
            {
                zlib.Write(new byte[1 + (width * 3)]);
            }
        }
        Chunk("IDAT", pixels.ToArray());
        Chunk("IEND", []);
        return file.ToArray();

        void Chunk(string type, byte[] data)
        {
            byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
            file.Write(number);
        }
    }

    /// <summary>The files of a company's first workspace.</summary>
    internal Task<string[]> BlobsAsync(TestCompany company) => BlobsAsync(company, ConnectionString);

    internal static async Task<string[]> BlobsAsync(TestCompany company, string storage) => await new BlobContainerClient(storage, "media")
        .GetBlobsAsync(BlobTraits.None, BlobStates.None, company.Workspaces[0].Key + "/", TestContext.Current.CancellationToken)
        .Select(blob => blob.Name).ToArrayAsync(TestContext.Current.CancellationToken);

    internal async Task<MediaItem?> StoredAsync(TestCompany company, string id) =>
        (await App.Get<MediaStore>()
            .RowAsync(company.Workspaces[0].Key, id[^Ids.KeyLength..], TestContext.Current.CancellationToken))?.Item;
}
