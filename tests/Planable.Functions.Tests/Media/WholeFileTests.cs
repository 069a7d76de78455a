using Planable.Content.Media;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Media;

/// <summary>A file is taken while its picture is whole, whatever is missing or follows behind it.</summary>
public sealed class WholeFileTests
{
    /// <param name="least">How many bytes may be missing, or a few more, until the picture is not whole.</param>
    /// <param name="blocks">Where a block ends after a whole frame: a file that is cut there has fewer frames.</param>
    [Theory]
    [InlineData("image/jpeg", 2)]
    [InlineData("image/png", 12)]
    [InlineData("image/webp", 0)]
    [InlineData("image/gif", 1, 42, 50)]
    [InlineData("image/avif", 0)]
    [InlineData("image/heic", 0)]
    [InlineData("video/mp4", 0)]
    [InlineData("video/quicktime", 0)]
    [InlineData("video/webm", 0)]
    public async Task A_file_is_taken_while_its_picture_is_whole_and_damaged_when_it_is_cut_shorter(
        string contentType, int least, params int[] blocks)
    {
        var file = Samples.All[contentType];
        for (var length = 0; length < file.Length; length++)
        {
            if (length >= file.Length - least || blocks.Contains(length))
            {
                Assert.Equal((Samples.Width, Samples.Height), await SizeAsync(file[..length]));
            }
            else if (MediaInspection.Recognize(file.AsSpan(0, length)) is not null
                // A decoder does not notice that the last rows of a JPEG are missing.
                && length < (least > 1 ? file.Length / 2 : file.Length - least))
            {
                await DamagedAsync(file[..length]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(MediaInspectionTests.Kinds), MemberType = typeof(MediaInspectionTests))]
    public async Task What_follows_a_picture_does_no_harm(string contentType)
    {
        var file = Samples.All[contentType];
        foreach (var trailer in new[]
        {
            "a trailer, 32 ASCII characters.."u8.ToArray(), new byte[200_000], [1, 2, 3], [0, 0, 0, 1, 9, 9, 9, 9],
        })
        {
            Assert.Equal((Samples.Width, Samples.Height), await SizeAsync([.. file, .. trailer]));
        }
    }

    [Fact]
    public async Task A_trailer_may_stand_in_place_of_the_end_marker()
    {
        foreach (var file in new[] { Samples.Jpeg()[..^2], Samples.Gif()[..^1] })
        {
            Assert.Equal((Samples.Width, Samples.Height), await SizeAsync([.. file, .. "a trailer, 32 ASCII characters.."u8]));
        }
        await DamagedAsync([.. Samples.Jpeg()[..^64], .. "short"u8]);
    }

    [Fact]
    public async Task A_short_block_at_the_end_of_a_gif_is_read()
    {
        Assert.Equal((Samples.Width, Samples.Height), await SizeAsync([.. Samples.Gif()[..^1], 0x21, 0xFE, 0, 0x3B]));
    }

    [Fact]
    public async Task An_animation_without_some_of_its_frames_is_damaged()
    {
        var animation = Samples.WebpExtended(Samples.Width, Samples.Height);

        Assert.Equal(Samples.Width, (await MediaInspectionTests.InspectAsync(animation)).Width);
        foreach (var length in new[] { animation.Length - 48, animation.Length - 2 })
        {
            await DamagedAsync(animation[..length]);
        }
    }

    /// <summary>The size of a file that is taken.</summary>
    static async Task<(int?, int?)> SizeAsync(byte[] file)
    {
        var facts = await MediaInspectionTests.InspectAsync(file);
        await MediaInspectionTests.ThumbnailAsync(file, facts);
        return (facts.Width, facts.Height);
    }

    internal static async Task DamagedAsync(byte[] file)
    {
        var failure = await Assert.ThrowsAsync<FetchFailure>(() => SizeAsync(file));
        Assert.Equal("It is damaged or cut short.", failure.Message);
        Assert.False(failure.IsTransient);
    }
}
