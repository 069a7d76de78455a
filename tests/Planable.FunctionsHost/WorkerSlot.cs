namespace Planable.Rpc;

/// <summary>The worker of the moment; while there is none, calls wait for the next.</summary>
sealed class WorkerSlot(string package)
{
    readonly Lock _lock = new();
    TaskCompletionSource<Worker> _next = Empty();

    /// <summary>Those of the last worker: where calls go is known while none runs.</summary>
    public Routes Routes { get; private set; } = new(package, []);

    /// <summary>The last that ran.</summary>
    public Worker? Last { get; private set; }

    public Task<Worker> GetAsync()
    {
        lock (_lock)
        {
            return _next.Task;
        }
    }

    public void Set(Worker worker)
    {
        lock (_lock)
        {
            Last = worker;
            Routes = new(package, worker.Functions);
            _next.SetResult(worker);
        }
        _ = worker.Exit.ContinueWith(_ => Leave(worker), TaskScheduler.Default);
    }

    /// <summary>No new calls for this one.</summary>
    public void Leave(Worker worker)
    {
        lock (_lock)
        {
            if (Last == worker && _next.Task.IsCompleted)
            {
                _next = Empty();
            }
        }
    }

    static TaskCompletionSource<Worker> Empty() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
