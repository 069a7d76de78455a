using System.Text;
using Azure;
using Azure.Data.Tables.Models;
using Microsoft.AspNetCore.Http.Features;
using Planable.Company.RateLimits;
using Planable.Doors.ContentSystems.Signatures;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

/// <summary>
/// Takes the calls of content systems. A call is verified and stored, and answered at once: some content systems give up after two seconds
/// and never repeat a call. They also disagree on what a good answer is; all take 200 with an empty JSON object.
/// </summary>
static class HookEndpoint
{
    const string Root = "/hooks/cms/";

    /// <summary>The address that a content system calls.</summary>
    public static string Url(string origin, ContentConnection connection, string secret) => origin + Root + connection.PublicId
        + (connection.HasPathSecret ? "/" + ConnectionSecrets.InPath(secret, connection.Id) : "");

    /// <summary>Maps the address. The handler has no bound parameters, so that nothing must be compiled for it at startup.</summary>
    public static void MapContentHooks(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Root + "{id}/{secret?}", [HttpMethods.Post], ReceiveAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task ReceiveAsync(HttpContext http)
    {
        var (services, cancel) = (http.RequestServices, http.RequestAborted);
        var (addresses, address) = (services.GetRequiredService<AddressLimiter>(), http.ClientIp());
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        // Calls that are refused count against their IP address, which limits guessing. Without an address nobody is limited.
        if (address is not null && addresses.Take(address) is { IsOver: true } over)
        {
            http.Features.Set(over);
            await over.Refusal().ExecuteAsync(http);
            return;
        }
        if (!IdKind.ContentConnection.TryParse(http.GetRouteValue("id") as string, out var id)
            || await services.GetRequiredService<ConnectionStore>().FindAsync(id, cancel) is not { } connection)
        {
            await Problems.NotFound("connection").ExecuteAsync(http);
            return;
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancel);
        var call = new SignedCall(
            http.Request.Method, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, http.Request.Headers,
            body.GetBuffer().AsMemory(0, (int)body.Length));
        var verdict = await VerifyAsync(
            connection, call, http.GetRouteValue("secret") as string ?? "", services.GetRequiredService<ConnectionSecrets>(), now, cancel);
        if (verdict is not Verdict.Valid)
        {
            await Refusal(verdict).ExecuteAsync(http);
            return;
        }
        if (address is not null)
        {
            addresses.GiveBack(address, now);
        }
        var delivery = new ContentDelivery(Ids.NewKey(services.GetRequiredService<TimeProvider>()), now, EventSource.Headers
            .Where(http.Request.Headers.ContainsKey)
            .ToDictionary(name => name, name => http.Request.Headers[name].ToString(), StringComparer.Ordinal));
        try
        {
            await services.GetRequiredService<ContentDeliveryStore>()
                .AddAsync(id, delivery, Encoding.UTF8.GetString(call.Body.Span), cancel);
        }
        catch (RequestFailedException e) when (
            e.Status is StatusCodes.Status413PayloadTooLarge || e.ErrorCode == TableErrorCode.EntityTooLarge)
        {
            // It is within the limit, but cannot be compressed.
            await ProblemResponses.ForStatus(StatusCodes.Status413PayloadTooLarge).ExecuteAsync(http);
            return;
        }
        await services.GetRequiredService<JobQueue<ContentDeliveryJob>>()
            .SendAsync(new(id.Partition, id.Key, delivery.Key), cancel: cancel);
        await TypedResults.Json(new Done(), ApiJson.Default.Done).ExecuteAsync(http);
    }

    /// <summary>The verdict on a call, by the secrets that are valid now.</summary>
    static async Task<Verdict> VerifyAsync(
        ContentConnection connection, SignedCall call, string inPath, ConnectionSecrets secrets, DateTimeOffset now,
        CancellationToken cancel)
    {
        var verdict = Verdict.Wrong;
        foreach (var name in connection.Secrets(now))
        {
            if (await secrets.ReadAsync(name, cancel) is not { } secret
                || (connection.HasPathSecret && !Signing.AreEqual(ConnectionSecrets.InPath(secret, connection.Id), inPath)))
            {
                continue;
            }
            verdict = connection.IsUnsigned ? Verdict.Valid : connection.Provider.Scheme().Verify(call, secret, now);
            if (verdict is Verdict.Valid)
            {
                break;
            }
        }
        return verdict;
    }

    static Problem Refusal(Verdict verdict) => Problems.Unauthorized(verdict switch
    {
        Verdict.Unsigned => "The call is not signed.",
        Verdict.Expired => $"The signature's time is more than {(int)Signing.Window.TotalMinutes} minutes from ours.",
        _ => "The call does not have the connection's secret, or was changed.",
    });
}
