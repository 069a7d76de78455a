namespace Planable.Platform;

static class Enumeration
{
    /// <summary>Runs <paramref name="ask"/> for each item, a limited number at once. The results keep the order of the items.</summary>
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
