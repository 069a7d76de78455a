namespace Planable.Content.NetworkRules;

/// <summary>The files in Data/, which are embedded in the assembly. A line that begins with # and a space is a comment.</summary>
static class DataFile
{
    public static string[] Words(string name)
    {
        using StreamReader reader = new(typeof(DataFile).Assembly.GetManifestResourceStream(name)!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith("# ", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }
}
