using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Promises;

/// <summary>What the repository promises its readers.</summary>
public sealed class SourceTests
{
    const int MostLines = 300;

    static readonly string[] Folders = ["functions", "tests"];
    static readonly DirectoryInfo Root = PublishedPackage.Repository;

    [Fact]
    public void No_file_is_longer_than_a_reader_holds_in_mind()
    {
        var files = Folders
            .SelectMany(folder => Root.GetDirectories(folder).Single().EnumerateFiles("*.cs", SearchOption.AllDirectories))
            .Where(file => !file.FullName.Contains("/obj/", StringComparison.Ordinal)
                && !file.FullName.Contains("/bin/", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => File.ReadLines(file.FullName).Count() > MostLines).Select(file => file.Name));
    }

    /// <summary>As .editorconfig says; generated and copied files are not ours.</summary>
    [Fact]
    public void No_line_is_wider_than_140_characters() => Assert.Empty(
        from file in Root.EnumerateFiles("*", SearchOption.AllDirectories)
        where file.Extension is ".cs" or ".razor"
        where !file.FullName.Split(Path.DirectorySeparatorChar).Intersect(["obj", "bin", "node_modules"]).Any()
        from line in File.ReadLines(file.FullName).Index()
        where line.Item.Length > 140
        select $"{file.FullName}:{line.Index + 1}");

    [Fact]
    public void The_program_is_a_table_of_contents() =>
        Assert.True(File.ReadLines(Path.Combine(Root.FullName, "functions", "Program.cs")).Count() < 100);

    [Fact]
    public void The_readme_is_short() => Assert.True(File.ReadLines(Path.Combine(Root.FullName, "README.md")).Count() < 150);
}
