namespace Planable.Platform.Hosting;

/// <summary>What every run of a queue or timer function waits for before it begins. It throws where the run must not begin.</summary>
delegate Task BeforeRun(CancellationToken cancel);
