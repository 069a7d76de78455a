namespace Planable.Hosting;

/// <summary>What a timer trigger runs, registered under the function's name. Several instances may run it at once.</summary>
interface ITimerFunction
{
    Task RunAsync(CancellationToken cancel);
}
