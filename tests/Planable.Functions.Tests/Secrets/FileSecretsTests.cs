using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Planable.Platform.Secrets;

namespace Planable.Functions.Tests.Secrets;

/// <summary>A folder in the vault's place: nothing to read in it, shared by instances, whole whenever one is killed.</summary>
public sealed class FileSecretsTests : SecretStoreTests, IDisposable
{
    readonly string _data = Path.Combine(Path.GetTempPath(), $"planable-test-{Guid.NewGuid():N}");

    string Folder => Path.Combine(_data, "secrets");

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    [Fact]
    public async Task Nothing_is_made_before_something_is_kept()
    {
        var store = Open();
        await store.GetAsync("one", Cancel);
        await store.DeleteAsync("one", Cancel);

        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Folders_and_files_are_their_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes.");
        await Open().SetAsync("one", "value", Cancel);

        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All([_data, Folder], path => Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(path)));
        Assert.Equal(["one", "secrets.key"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(Folder), path => Assert.Equal(file, File.GetUnixFileMode(path)));
    }

    [Fact]
    public async Task A_file_tells_nothing_not_even_whether_two_are_the_same()
    {
        var store = Open();
        await store.SetAsync("one", "a value to hide", Cancel);
        await store.SetAsync("two", "a value to hide", Cancel);

        var one = await File.ReadAllBytesAsync(Path.Combine(Folder, "one"), Cancel);
        var two = await File.ReadAllBytesAsync(Path.Combine(Folder, "two"), Cancel);

        Assert.NotEqual(one, two);
        Assert.All(
            (byte[][])[one, two], bytes => Assert.DoesNotContain("value", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_changed_in_a_file_is_noticed()
    {
        await Open().SetAsync("one", "value", Cancel);
        await Open().SetAsync("two", "other", Cancel);
        var (file, whole) = (Path.Combine(Folder, "one"), await File.ReadAllBytesAsync(Path.Combine(Folder, "one"), Cancel));
        var changed = Enumerable.Range(0, whole.Length)
            .Select(at => whole.Select((value, i) => i == at ? (byte)(value ^ 1) : value).ToArray())
            .Concat([[], whole[..^1], [.. whole, 0], await File.ReadAllBytesAsync(Path.Combine(Folder, "two"), Cancel)]);

        foreach (var bytes in changed)
        {
            await File.WriteAllBytesAsync(file, bytes, Cancel);
            await Assert.ThrowsAnyAsync<CryptographicException>(() => Open().GetAsync("one", Cancel));
        }
    }

    [Fact]
    public async Task Instances_that_begin_together_have_one_key_and_lose_nothing()
    {
        for (var round = 0; round < 20; round++)
        {
            await Parallel.ForAsync(0, 8, Cancel, async (i, cancel) => await Open().SetAsync($"round-{round}-{i}", $"value {i}", cancel));

            for (var i = 0; i < 8; i++)
            {
                Assert.Equal($"value {i}", await Open().GetAsync($"round-{round}-{i}", Cancel));
            }
            if (round % 2 == 0)
            {
                Directory.Delete(Folder, recursive: true);
            }
        }
    }

    [Fact]
    public async Task A_value_that_many_set_and_read_is_always_one_of_theirs()
    {
        await Open().SetAsync("one", Text('0'), Cancel);

        await Parallel.ForAsync(0, 8, Cancel, async (i, cancel) =>
        {
            for (var time = 0; time < 20; time++)
            {
                await Open().SetAsync("one", Text((char)('a' + i)), cancel);
                Assert.Single((await Open().GetAsync("one", cancel))!.Distinct());
            }
        });

        static string Text(char letter) => new(letter, 20_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public async Task A_key_whose_maker_was_killed_half_way_is_made_anew(int bytes)
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "secrets.key"), new byte[bytes], Cancel);

        await Open().SetAsync("one", "value", Cancel);

        Assert.Equal("value", await Open().GetAsync("one", Cancel));
    }

    [Fact]
    public async Task A_file_that_was_not_finished_is_no_secret()
    {
        await Open().SetAsync("one", "value", Cancel);
        await File.WriteAllTextAsync(Path.Combine(Folder, $"one.{Guid.NewGuid():N}"), "half a fi", Cancel);

        Assert.Equal("value", await Open().GetAsync("one", Cancel));
        Assert.Single(await Open().ListAsync("", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task When_a_secret_was_set_is_told_by_the_apps_clock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var store = new FileSecrets(Folder, time);

        await store.SetAsync("one", "value", Cancel);

        Assert.Equal(time.GetUtcNow(), (await store.ListAsync("one", Cancel).SingleAsync(Cancel)).CreatedAt);
    }

    private protected override SecretStore Open() => new FileSecrets(Folder, TimeProvider.System);
}
