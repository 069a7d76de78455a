using System.Reflection;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using Planable.Platform.Secrets;

namespace Planable.Functions.Tests.Secrets;

/// <summary>A folder in the vault's place: nothing to read in it, shared by instances, whole whenever one is killed.</summary>
public sealed class FileSecretsTests : SecretStoreTests, IDisposable
{
    const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    readonly string _data = Path.Combine(Path.GetTempPath(), $"planable-test-{Guid.NewGuid():N}");

    string Folder => Path.Combine(_data, "secrets");

    string Keys => Path.Combine(Folder, ".keys");

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
        Assert.All([_data, Folder, Keys], path => Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(path)));
        Assert.Equal([Path.Combine(Folder, "one")], Directory.GetFiles(Folder));
        Assert.Matches("key-.+\\.xml$", Assert.Single(Directory.GetFiles(Keys)));
        Assert.Equal([Keys], Directory.GetDirectories(_data, "*", SearchOption.AllDirectories).Except([Folder]));
        Assert.All(Directory.GetFiles(_data, "*", SearchOption.AllDirectories), path => Assert.Equal(file, File.GetUnixFileMode(path)));
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
    public async Task Instances_that_begin_together_read_what_any_of_them_wrote()
    {
        for (var round = 0; round < 20; round++)
        {
            var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();
            await Parallel.ForAsync(
                0, 8, Cancel, async (i, cancel) => await stores[i].SetAsync($"round-{round}-{i}", $"value {i}", cancel));

            foreach (var store in stores.Append(Open()))
            {
                for (var i = 0; i < 8; i++)
                {
                    Assert.Equal($"value {i}", await store.GetAsync($"round-{round}-{i}", Cancel));
                }
            }
            if (round % 2 == 0)
            {
                Directory.Delete(Folder, recursive: true);
            }
        }
    }

    /// <summary>As when both begin on an empty folder and neither sees the other's key.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_another_instance_made_meanwhile_is_found(bool late)
    {
        var (one, other, aside) = (Open(), Open(), Path.Combine(_data, "aside"));
        await one.SetAsync("one", "value", Cancel);
        Directory.Move(Keys, aside);
        await other.SetAsync("two", "other", Cancel);
        Assert.Single(Directory.GetFiles(Keys));
        foreach (var file in Directory.GetFiles(aside))
        {
            File.Move(file, Path.Combine(Keys, Path.GetFileName(file)));
        }
        if (late)
        {
            EndRefreshing(one);
            EndRefreshing(other);
        }

        Assert.Equal("value", await other.GetAsync("one", Cancel));
        Assert.Equal("other", await one.GetAsync("two", Cancel));

        // Data Protection looks for unknown keys for two minutes after its start. Nothing public says that they are over.
        static void EndRefreshing(SecretStore store)
        {
            var protector = Field(store, "_protection") is IDataProtectionProvider provider ? provider.CreateProtector("any") : null;
            var ring = Field(protector!, "_keyRingProvider");
            ring.GetType().GetProperty("AutoRefreshWindowEnd", Hidden)!.SetValue(ring, DateTime.UnixEpoch);
        }

        static object Field(object owner, string name) => owner.GetType().GetField(name, Hidden)!.GetValue(owner)!;
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
    [InlineData("")]
    [InlineData("<key id=")]
    public async Task A_key_whose_maker_was_killed_half_way_is_made_anew(string written)
    {
        Directory.CreateDirectory(Keys);
        await File.WriteAllTextAsync(Path.Combine(Keys, $"{Guid.NewGuid()}.tmp"), written, Cancel);

        await Open().SetAsync("one", "value", Cancel);

        Assert.Equal("value", await Open().GetAsync("one", Cancel));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<key/>")]
    public async Task Secrets_without_their_key_are_refused_in_one_line(string? left)
    {
        await Open().SetAsync("one", "value", Cancel);
        var key = Directory.GetFiles(Keys).Single();
        File.Delete(key);
        if (left is not null)
        {
            await File.WriteAllTextAsync(key, left, Cancel);
        }

        await RefusedAsync("one");
    }

    /// <summary>Nonce, tag and text by AES-GCM, and the key beside them.</summary>
    [Fact]
    public async Task A_folder_of_the_earlier_format_is_refused_in_one_line()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "secrets.key"), RandomNumberGenerator.GetBytes(32), Cancel);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "one"), RandomNumberGenerator.GetBytes(12 + 16 + 47), Cancel);

        await RefusedAsync("one");
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

    async Task RefusedAsync(string name)
    {
        var error = await Assert.ThrowsAnyAsync<CryptographicException>(() => Open().GetAsync(name, Cancel));

        Assert.StartsWith("The secrets in the data folder cannot be read.", Failure.Of(error, Cancel)!.Message, StringComparison.Ordinal);
    }

    private protected override SecretStore Open() => new FileSecrets(Folder, TimeProvider.System);
}
