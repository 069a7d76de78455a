namespace Planable.Functions.Tests.Kill;

/// <summary>Long proofs run a few rounds on a developer's machine and all of them where <c>PLANABLE_ALL_ROUNDS</c> is set.</summary>
static class Rounds
{
    public static int Of(int all) =>
        Environment.GetEnvironmentVariable("PLANABLE_ALL_ROUNDS") is { Length: > 0 } ? all : Math.Max(2, all / 20);
}
