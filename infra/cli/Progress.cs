namespace Planable.Cli;

/// <summary>
/// Shows that long work is in progress. On a terminal it is one line, which counts the seconds and is erased at the end. Elsewhere it is a
/// line at the start and another one every few seconds.
/// </summary>
/// <param name="width">The terminal's line width in characters; null if it is not a terminal or needs plain lines.</param>
sealed class Progress(TextWriter writer, Func<int>? width, TimeProvider time) : IDisposable
{
    static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(200), BetweenLines = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    ITimer? _timer;
    string? _work;
    long _began, _written;
    int _drawn;

    /// <summary>The terminal's line width; null if the output is redirected or the environment asks for plain lines.</summary>
    public static Func<int>? Width(bool isRedirected) =>
        isRedirected || IsSet("NO_COLOR") || IsSet("CI") || Environment.GetEnvironmentVariable("TERM") is "dumb" ? null : WindowWidth;

    /// <param name="work">The work in progress, or its state; null when it has ended.</param>
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

    // Erases with blanks, because not every terminal supports escape codes.
    void Draw()
    {
        lock (_gate)
        {
            var line = _work is null ? "" : $"{_work} ({time.GetElapsedTime(_began).TotalSeconds:0} s)";
            // A line that reaches the edge would wrap, and its first part could not be erased.
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
            // On Windows the width comes from stdout, which may be redirected when stderr is not.
            return 80;
        }
    }
}
