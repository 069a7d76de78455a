using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Planable.Content.Posts;
using Planable.Platform.Http;

namespace Planable.Doors.Mail;

/// <summary>
/// The links that end mails (RFC 8058). A link is signed and encrypted, so nobody can guess one or learn from it to whom it belongs. GET
/// only shows a page, because scanners of mail follow links; POST ends the mails.
/// </summary>
sealed class Unsubscription(IDataProtectionProvider protection)
{
    public const string Root = "/hooks/unsubscribe/";

    /// <param name="kind">Null for mails of all kinds.</param>
    public string Path(string person, MailKind? kind) => Root + Protector.Protect($"{person}~{kind}");

    /// <summary>What a link ends, and for whom; null if it is not one of ours.</summary>
    public (string Person, MailKind[] Kinds)? Read(string code)
    {
        try
        {
            return Protector.Unprotect(code).Split('~') is not [var person, var kind] ? null
                : (person, kind.Length == 0 ? MailKinds.All : Enum.TryParse<MailKind>(kind, out var one) ? [one] : []);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    IDataProtector Protector => protection.CreateProtector("Planable.Unsubscribe");
}

static class UnsubscribeEndpoint
{
    /// <summary>Maps the pages. The handler has no bound parameters, so that nothing must be compiled for it at startup.</summary>
    public static void MapUnsubscribe(this IEndpointRouteBuilder routes) => routes.MapMethods(
        Unsubscription.Root + "{code}", [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post], AnswerAsync)
        .AllowAnonymous().ExcludeFromDescription();

    static async Task AnswerAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src {SharedPage.StyleHash}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        headers.CacheControl = "no-store";
        var link = http.RequestServices.GetRequiredService<Unsubscription>().Read(http.GetRouteValue("code") as string ?? "");
        var isDone = link is not null && HttpMethods.IsPost(http.Request.Method);
        if (isDone)
        {
            await http.RequestServices.GetRequiredService<MailStore>().ChooseAsync(
                link!.Value.Person, muted => muted.Union(link.Value.Kinds), http.RequestAborted);
        }
        await new RazorPage<UnsubscribePage>(
            new(StringComparer.Ordinal)
            {
                [nameof(UnsubscribePage.Kinds)] = link?.Kinds ?? [],
                [nameof(UnsubscribePage.IsDone)] = isDone,
            }, link is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK).ExecuteAsync(http);
    }
}
