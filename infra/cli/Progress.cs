namespace Planable.Cli;

/// <summary>
/// Shows that long work goes on. On a terminal that is one line, which counts the seconds and is wiped at the end. Elsewhere, where nothing
/// can be taken back, it is a line when the work begins and another one now and then.
/// </summary>
/// <param name="width">How many characters a line of the terminal has; null where it is no terminal, or one that wants plain lines.</param>
sealed class Progress(TextWriter writer, Func<int>? width, TimeProvider time) : IDisposable
{
    static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200), BetweenLines = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    ITimer? _timer;
    string? _work;
    long _began, _written;
    int _drawn;

    /// <summary>How wide a terminal's lines are; null where the output is redirected or the environment asks for plain lines.</summary>
    public static Func<int>? Width(bool isRedirected) =>
        isRedirected || IsSet("NO_COLOR") || IsSet("CI") || Environment.GetEnvironmentVariable("TERM") is "dumb" ? null : WindowWidth;

    /// <param name="work">What goes on now, or how far it is; null when it is over.</param>
    public void Show(string? work)
    {
        lock (_gate)
        {
            var begins = _work is null;
            if (begins)
            {
                _began = time.GetTimestamp();
            }
            _work = work;
            if (width is not null)
            {
                _timer ??= time.CreateTimer(_ => Draw(), null, BetweenDrawings, BetweenDrawings);
                if (begins || work is null)
                {
                    Draw();
                }
            }
            else if (work is not null && (begins || time.GetElapsedTime(_written) >= BetweenLines))
            {
                writer.WriteLine(work);
                _written = time.GetTimestamp();
            }
        }
    }

    public void Dispose()
    {
        Show(null);
        _timer?.Dispose();
    }

    // Blanks instead of escape codes: every terminal knows those.
    void Draw()
    {
        lock (_gate)
        {
            var line = _work is null ? "" : $"{_work} ({time.GetElapsedTime(_began).TotalSeconds:0} s)";
            // A line that reaches the edge would wrap, and the rest of it stay.
            line = line[..Math.Min(line.Length, Math.Max(0, width!() - 1))];
            if (line.Length > 0 || _drawn > 0)
            {
                writer.Write($"\r{line.PadRight(_drawn)}{(line.Length > 0 ? "" : "\r")}");
                writer.Flush();
            }
            _drawn = line.Length;
        }
    }

    static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    static int WindowWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var columns ? columns : 80;
        }
        catch (IOException)
        {
            // Windows asks stdout, which may be redirected where stderr is not.
            return 80;
        }
    }
}
