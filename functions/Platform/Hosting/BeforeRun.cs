namespace Planable.Platform.Hosting;

/// <summary>Runs before every queue or timer function. Throws if the function must not start.</summary>
delegate Task BeforeRun(CancellationToken cancel);
