using Microsoft.Extensions.Time.Testing;

namespace Planable.Functions.Tests.Commands;

/// <summary>A terminal and a file, and what long work leaves on either.</summary>
public sealed class ProgressTests : IDisposable
{
    readonly FakeTimeProvider _time = new();
    readonly StringWriter _written = new() { NewLine = "\n" };

    public void Dispose() => _written.Dispose();

    [Fact]
    public void On_a_terminal_one_line_counts_the_seconds_and_is_wiped()
    {
        using var progress = new Progress(_written, () => 40, _time);

        progress.Show("Installing");
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("Installing (3 s)", Screen());
        progress.Show(null);
        Assert.Equal("", Screen());
        Assert.EndsWith("\r", _written.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', _written.ToString());
    }

    [Fact]
    public void A_shorter_line_leaves_nothing_of_a_longer_one()
    {
        using var progress = new Progress(_written, () => 40, _time);

        progress.Show("1000 rows read");
        _time.Advance(TimeSpan.FromSeconds(1));
        progress.Show("9 secrets");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("9 secrets (2 s)", Screen());
    }

    [Fact]
    public void A_line_never_reaches_the_edge_where_it_would_wrap()
    {
        var width = 12;
        using var progress = new Progress(_written, () => width, _time);

        progress.Show("Installing Azurite");
        Assert.Equal("Installing ", Screen(trim: false));
        width = 6;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Insta", Screen());
    }

    [Fact]
    public void Work_that_is_over_is_drawn_no_more()
    {
        using var progress = new Progress(_written, () => 40, _time);
        progress.Show("Installing");
        progress.Show(null);
        var before = _written.ToString();

        _time.Advance(TimeSpan.FromSeconds(10));
        progress.Show(null);

        Assert.Equal(before, _written.ToString());
    }

    [Fact]
    public void Elsewhere_it_is_a_line_at_the_beginning_and_one_every_few_seconds_at_most()
    {
        using var progress = new Progress(_written, null, _time);
        progress.Show("Checking");
        for (var rows = 1; rows <= 120; rows++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            progress.Show($"{rows} rows");
        }
        progress.Show(null);

        Assert.Equal("Checking\n50 rows\n100 rows\n", _written.ToString());
    }

    [Fact]
    public void Elsewhere_each_work_begins_with_its_line()
    {
        using var progress = new Progress(_written, null, _time);
        progress.Show("Installing");
        progress.Show(null);
        progress.Show("Checking");

        Assert.Equal("Installing\nChecking\n", _written.ToString());
    }

    [Fact]
    public void Redirected_output_is_no_terminal() => Assert.Null(Progress.Width(isRedirected: true));

    /// <summary>What a terminal shows of all that was written.</summary>
    string Screen(bool trim = true)
    {
        List<char> line = [];
        var at = 0;
        foreach (var character in _written.ToString())
        {
            if (character == '\r')
            {
                at = 0;
                continue;
            }
            if (at == line.Count)
            {
                line.Add(' ');
            }
            line[at++] = character;
        }
        var text = new string([.. line]);
        return trim ? text.TrimEnd() : text;
    }
}
