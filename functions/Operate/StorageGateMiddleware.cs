using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Operate;

static class StorageGateMiddleware
{
    /// <summary>Answers calls with 503 while the storage has another version; health calls are still answered.</summary>
    public static void UseStorageGate(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<StorageGate>();
        app.Use((http, next) => gate.IsOpen || IsHealth(http.Request.Path) ? next(http) : PassOrRefuseAsync(http, next));

        static bool IsHealth(PathString path) => path.StartsWithSegments("/api/health", StringComparison.OrdinalIgnoreCase);

        async Task PassOrRefuseAsync(HttpContext http, RequestDelegate next)
        {
            var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
            if (!isRead)
            {
                await gate.WaitForFirstCheckAsync(http.RequestAborted).Quietly();
            }
            await (gate.Refusal is null && (isRead || gate.IsOpen) ? next(http) : Problems.Busy().ExecuteAsync(http));
        }
    }
}
