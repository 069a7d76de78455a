using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Planable.Platform.Hosting;

namespace Planable.Functions.Tests.Hosting;

public sealed class LocalStorageTests : IDisposable
{
    readonly string data = Path.Combine(Path.GetTempPath(), "planable-" + Guid.NewGuid().ToString("N"));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Data_survives_a_second_start()
    {
        await using (var first = await StartAsync())
        {
            await AddCompanyAsync(first.ConnectionString);
            await new QueueClient(first.ConnectionString, "jobs").CreateAsync(cancellationToken: Cancellation);
            await new BlobContainerClient(first.ConnectionString, "media").CreateAsync(cancellationToken: Cancellation);
        }

        await using var second = await StartAsync();
        Assert.True(await HasCompanyAsync(second.ConnectionString));
        Assert.True(await new QueueClient(second.ConnectionString, "jobs").ExistsAsync(Cancellation));
        Assert.True(await new BlobContainerClient(second.ConnectionString, "media").ExistsAsync(Cancellation));
    }

    [Fact]
    public async Task A_killed_app_takes_its_Azurite_along_and_loses_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        // The shell stands for the app: it alone holds the writing end of the launcher's stdin.
        Directory.CreateDirectory(data);
        var launcher = Path.Combine(AzuriteInstall.FindFolder(AppContext.BaseDirectory), "azurite.mjs");
        await using (await StartInMemoryAsync()) { }
        var pipe = Path.Combine(data, "stdin");
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync(Cancellation);
        var script = $"node '{launcher}' --silent --disableTelemetry --skipApiVersionCheck --location '{data}/azurite' "
            + $"--blobPort 0 --queuePort 0 --tablePort 0 < '{pipe}' & exec 9> '{pipe}'; exec sleep 600";
        using var app = Process.Start(new ProcessStartInfo("sh", ["-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var addresses = new List<string>();
        while (addresses.Count < 3 && await app.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.Contains("successfully listening"))
                addresses.Add(line[line.IndexOf("http", StringComparison.Ordinal)..]);
        }

        using var azurite = await AzuriteAsync();
        try
        {
            await AddCompanyAsync(ConnectionStringOf(addresses[2]));
            // Nobody reads any more what Azurite prints while it ends, either.
            app.StandardOutput.Close();
            app.StandardError.Close();
            app.Kill();
            await using var next = await StartAsync();
            Assert.True(azurite.HasExited);
            Assert.True(await HasCompanyAsync(next.ConnectionString));
        }
        finally
        {
            azurite.Kill();
        }
    }

    [Fact]
    public async Task A_start_waits_for_the_last_writes_of_the_one_before()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        var folder = Path.Combine(data, "azurite");
        Directory.CreateDirectory(folder);
        using var slow = Process.Start("sh", ["-c", "sleep 6; exit", folder]);
        await File.WriteAllTextAsync(Path.Combine(folder, "azurite.pid"), $"{slow.Id}", Cancellation);
        await using var storage = await StartAsync();
        Assert.True(slow.HasExited);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_refused_by_name()
    {
        await using var first = await StartAsync();
        var failure = await Assert.ThrowsAsync<StartupFailure>(StartAsync);
        Assert.Contains(data, failure.Message);
        Assert.Contains("PLANABLE_DATA", failure.Message);
    }

    [Fact]
    public async Task A_damaged_file_is_named_with_what_to_do_and_whole_again_it_is_read()
    {
        await using (var first = await StartAsync())
        {
            await AddCompanyAsync(first.ConnectionString);
            await new QueueClient(first.ConnectionString, "jobs").CreateAsync(cancellationToken: Cancellation);
            await new BlobContainerClient(first.ConnectionString, "media").CreateAsync(cancellationToken: Cancellation);
        }
        var folder = Path.Combine(data, "azurite");
        foreach (var file in (string[])["__azurite_db_table__.json", "__azurite_db_queue__.json", "__azurite_db_blob__.json"])
        {
            var path = Path.Combine(folder, file);
            var whole = await File.ReadAllBytesAsync(path, Cancellation);
            foreach (var damaged in (byte[][])[whole[..(whole.Length / 2)], whole[..^1], [.. whole, 0], [], new byte[whole.Length]])
            {
                await File.WriteAllBytesAsync(path, damaged, Cancellation);
                var failure = await Assert.ThrowsAsync<StartupFailure>(StartAsync);
                Assert.Contains($"its file {path} is damaged", failure.Message);
                Assert.Contains($"delete the folder {folder}", failure.Message);
            }
            await File.WriteAllBytesAsync(path, whole, Cancellation);
        }

        await using var second = await StartAsync();
        Assert.True(await HasCompanyAsync(second.ConnectionString));
    }

    [Fact]
    public async Task Taken_default_ports_are_left_alone()
    {
        using var somebody = new TcpListener(IPAddress.Any, 10001);
        try
        {
            somebody.Start();
        }
        catch (SocketException)
        {
            // Taken already, which serves as well.
        }

        await using var storage = await LocalStorage.StartAsync(data, _ => { }, Cancellation);
        Assert.DoesNotContain(":1000", storage.ConnectionString);
        await AddCompanyAsync(storage.ConnectionString);
    }

    [Fact]
    public async Task A_port_taken_at_the_last_moment_is_noticed()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var port = ((IPEndPoint)somebody.LocalEndpoint).Port;
        await using (await StartInMemoryAsync()) { }
        var install = AzuriteInstall.FindFolder(AppContext.BaseDirectory);
        Assert.Null(await AzuriteProcess.StartAsync(install, ["--inMemoryPersistence"], port, Cancellation));
    }

    [Fact]
    public async Task Disposing_ends_Azurite()
    {
        var storage = await StartInMemoryAsync();
        Assert.False(storage.Exited.IsCompleted);
        await storage.DisposeAsync();
        Assert.True(storage.Exited.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_Azurite_that_dies_is_noticed()
    {
        await using var storage = await StartAsync();
        using var azurite = await AzuriteAsync();
        azurite.Kill();
        await storage.Exited.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
    }

    [Fact]
    public async Task A_missing_node_is_one_clear_sentence()
    {
        var failure = await Assert.ThrowsAsync<StartupFailure>(() => AzuriteInstall.RequireNodeAsync("node-that-is-nowhere", Cancellation));
        Assert.Contains("needs Node.js 20 or newer", failure.Message);
        Assert.Contains("AzureWebJobsStorage", failure.Message);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task An_old_node_is_named()
    {
        Directory.CreateDirectory(data);
        var node = Path.Combine(data, "node");
        await File.WriteAllTextAsync(node, "#!/bin/sh\necho v18.20.0\n", Cancellation);
        File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var failure = await Assert.ThrowsAsync<StartupFailure>(() => AzuriteInstall.RequireNodeAsync(node, Cancellation));
        Assert.Contains("v18.20.0", failure.Message);
    }

    [Fact]
    public void Outside_the_repository_the_setting_is_asked_for()
    {
        var failure = Assert.Throws<StartupFailure>(() => AzuriteInstall.FindFolder(Path.GetTempPath()));
        Assert.Contains("AzureWebJobsStorage", failure.Message);
    }

    async Task<Process> AzuriteAsync()
    {
        var id = await File.ReadAllTextAsync(Path.Combine(data, "azurite", "azurite.pid"), Cancellation);
        return Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
    }

    Task<LocalStorage> StartAsync() => LocalStorage.StartAsync(data, _ => { }, Cancellation, defaultPorts: false);

    static Task<LocalStorage> StartInMemoryAsync() => LocalStorage.StartInMemoryAsync(_ => { }, Cancellation);

    static string ConnectionStringOf(string tables) =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey="
        + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + $"TableEndpoint={tables}/devstoreaccount1;";

    static async Task AddCompanyAsync(string connection)
    {
        var table = new TableClient(connection, "companies");
        await table.CreateAsync(Cancellation);
        await table.AddEntityAsync(new TableEntity("cmp", "row"), Cancellation);
    }

    static async Task<bool> HasCompanyAsync(string connection)
    {
        var table = new TableClient(connection, "companies");
        return (await table.GetEntityIfExistsAsync<TableEntity>("cmp", "row", cancellationToken: Cancellation)).HasValue;
    }
}
