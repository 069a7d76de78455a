using System.Text.Json.Serialization;

namespace Planable.Platform.Http;

/// <summary>One thing.</summary>
sealed record Data<T>([property: JsonPropertyName("data")] T Value);

/// <summary>All there are.</summary>
sealed record Items<T>(IReadOnlyList<T> Data);

/// <summary>A part of a list.</summary>
sealed record PagedItems<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <summary>A part of a list that may be long.</summary>
sealed record CursorItems<T>(IReadOnlyList<T> Data, CursorPagination Pagination);

/// <summary>What a write answers that has nothing to say.</summary>
sealed record Done;

static class Enumeration
{
    /// <summary>Asks for each, so many at once, and keeps the order.</summary>
    public static async Task<TResult[]> EachAsync<T, TResult>(
        this IEnumerable<T> all, Func<T, CancellationToken, Task<TResult>> ask, CancellationToken cancel,
        int atOnce = Limits.Parallel)
    {
        var asked = all.ToArray();
        var answers = new TResult[asked.Length];
        await Parallel.ForAsync(0, asked.Length, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel },
            async (i, stop) => answers[i] = await ask(asked[i], stop));
        return answers;
    }
}
