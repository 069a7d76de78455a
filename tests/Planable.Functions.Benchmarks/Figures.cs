using System.Globalization;

namespace Planable.Functions.Benchmarks;

/// <summary>Durations of one thing and of its control, measured in turns.</summary>
sealed class Figures
{
    readonly List<TimeSpan> _app = [], _control = [];

    public void Add(TimeSpan app, TimeSpan control)
    {
        _app.Add(app);
        _control.Add(control);
    }

    public static void PrintHead() => Print("", "app", "control", "ratio", "goal");

    public static void PrintMiB(string what, double app, double control) => Print(what, MiB(app), MiB(control), Number(app / control), "");

    public static void PrintMiB(string what, double app, double control, double goal) =>
        Print(what, MiB(app), MiB(control), Number(app / control), MiB(goal));

    public static void PrintBytes(string what, double app, double control, double goal) =>
        Print(what, Bytes(app), Bytes(control), Bytes(app - control), Bytes(goal));

    public static void PrintTime(string what, TimeSpan app, TimeSpan control, double goal) =>
        Print(what, Milliseconds(app), Milliseconds(control), Number(app / control), Number(goal));

    public static void PrintKilobytes(string what, double app, double control, double goal) =>
        Print(what, Kilobytes(app), Kilobytes(control), Number(app / control), Kilobytes(goal));

    public static void PrintCount(string what, int app, int control, int goal) =>
        Print(what, Count(app), Count(control), Number((double)app / control), Count(goal));

    public static void PrintRate(string what, double app, double control, double? goal) =>
        Print(what, Rate(app), Rate(control), Number(app / control), goal is { } number ? Number(number) : "");

    public void Print(string what, double percentile, double goal)
    {
        var (app, control) = (At(_app, percentile), At(_control, percentile));
        Print($"{what} p{percentile:P0}".Replace(" %", "", StringComparison.Ordinal), Milliseconds(app), Milliseconds(control),
            Number(app / control), Number(goal));
    }

    public static void Print(string what, TimeSpan app, TimeSpan control, TimeSpan goal) =>
        Print(what, Milliseconds(app), Milliseconds(control), Number(app / control), Milliseconds(goal));

    public void PrintDifference(string what, double percentile, TimeSpan goal)
    {
        var (app, control) = (At(_app, percentile), At(_control, percentile));
        Print($"{what} p{percentile:P0}".Replace(" %", "", StringComparison.Ordinal), Microseconds(app), Microseconds(control),
            Microseconds(app - control), Microseconds(goal));
    }

    static TimeSpan At(List<TimeSpan> all, double percentile) => all.Order().ElementAt((int)(percentile * (all.Count - 1)));

    static string Milliseconds(TimeSpan time) => Number(time.TotalMilliseconds) + " ms";

    static string Microseconds(TimeSpan time) => Number(time.TotalMicroseconds) + " us";

    static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Rate(double calls) => Number(calls) + "/s";

    static string Bytes(double bytes) => bytes.ToString("0 B", CultureInfo.InvariantCulture);

    static string Kilobytes(double bytes) => (bytes / 1024).ToString("0.0 KB", CultureInfo.InvariantCulture);

    static string MiB(double bytes) => (bytes / (1 << 20)).ToString("0.0 MiB", CultureInfo.InvariantCulture);

    static string Number(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    static void Print(params string[] cells) => Console.WriteLine($"{cells[0],-44}{cells[1],12}{cells[2],12}{cells[3],10}{cells[4],10}");
}
