using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Promises;

/// <summary>The layers of functions/: each knows only those above it in the list, and no two folders know each other.</summary>
public sealed class LayerTests
{
    /// <summary>From the top down. A namespace belongs to the layer whose name it begins with.</summary>
    static readonly string[] Layers =
    [
        "Planable.Platform", "Planable.Storage", "Planable.Work", "Planable.Company",
        "Planable.Content", "Planable.Networks", "Planable.Doors",
        "Planable.Settings", "Planable.Operate", "Planable",
    ];

    /// <summary>Pairs of folders that know each other, each with its reason. The list only shrinks.</summary>
    static readonly Dictionary<(string, string), string> Pairs = new()
    {
        [("Planable.Content.Posts", "Planable.Content.Stories")] = "A story's frames are posts, and a post that is a frame shows stickers.",
    };

    static readonly Architecture Code = new ArchLoader().LoadAssembly(typeof(GuardedClient).Assembly).Build();
    static readonly (string From, string To, string Example)[] References = [.. Read()];

    [Fact]
    public void No_type_refers_to_a_layer_below_its_own()
    {
        var upward = References.Where(one => LayerOf(one.From) < LayerOf(one.To)).Select(one => one.Example);

        Assert.Empty(upward);
    }

    [Fact]
    public void No_two_folders_know_each_other()
    {
        var all = References.Select(one => (one.From, one.To)).ToHashSet();
        var pairs = all.Where(one => string.CompareOrdinal(one.From, one.To) < 0 && all.Contains((one.To, one.From))).ToArray();

        Assert.Empty(pairs.Except(Pairs.Keys).SelectMany(pair => References
            .Where(one => (one.From, one.To) == pair || (one.To, one.From) == pair).Select(one => one.Example)));
        // An exception that is not needed any more goes.
        Assert.Empty(Pairs.Keys.Except(pairs));
    }

    [Fact]
    public void The_test_sees_what_bodies_members_and_bases_refer_to()
    {
        Assert.Contains(References, one => (one.From, one.To) == ("Planable.Content.Posts", "Planable.Work"));
        Assert.True(References.Length > 100);
    }

    [Fact]
    public void Storage_work_and_stores_know_no_http()
    {
        var found = from type in Code.Types
                    let name = NamespaceOf(type)
                    where name is "Planable.Storage" or "Planable.Work" || type.Name.EndsWith("Store", StringComparison.Ordinal)
                    from dependency in type.Dependencies
                    where NamespaceOf(dependency.Target).StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
                    select $"{type.FullName} -> {dependency.Target.FullName}";

        Assert.Empty(found.Distinct());
    }

    static int LayerOf(string name) =>
        Array.FindIndex(Layers, layer => name == layer || name.StartsWith(layer + ".", StringComparison.Ordinal));

    static IEnumerable<(string, string, string)> Read() =>
        from type in Code.Types
        let name = NamespaceOf(type)
        where name.StartsWith("Planable", StringComparison.Ordinal)
        from dependency in type.Dependencies
        where dependency.Target is not GenericParameter
        let target = NamespaceOf(dependency.Target)
        where target.StartsWith("Planable", StringComparison.Ordinal) && target != name
        group $"{type.FullName} -> {dependency.Target.FullName}" by (name, target) into references
        select (references.Key.name, references.Key.target, string.Join("\n", references.Distinct().Take(20)));

    /// <summary>The framework's methods for routes are hidden by ours, which are therefore in the product's own namespace.</summary>
    static string NamespaceOf(IType type) =>
        type.Name is "LazyRoutes" ? "Planable.Platform.Http" : type.Namespace?.FullName ?? "";
}
