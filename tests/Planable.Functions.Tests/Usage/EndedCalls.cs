using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Planable.Functions.Tests.Usage;

/// <summary>Knows whether what is done once a call is answered is done too.</summary>
sealed class EndedCalls : IStartupFilter
{
    int _begun, _ended;

    public bool AreAll => Volatile.Read(ref _begun) == Volatile.Read(ref _ended);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, then) =>
        {
            Interlocked.Increment(ref _begun);
            // What is registered first is done last.
            http.Response.OnCompleted(() => Task.FromResult(Interlocked.Increment(ref _ended)));
            return then(http);
        });
        next(app);
    };
}
