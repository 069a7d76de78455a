using Microsoft.AspNetCore.Http.HttpResults;

namespace Planable.Platform.Http;

/// <summary>What came of a request: a value, or the problem to answer with.</summary>
readonly record struct Outcome<T>(T? Value, ProblemHttpResult? Problem)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(ProblemHttpResult problem) => new(default, problem);
}
