using System.Net.Mail;
using Planable.Platform.Hosting;

namespace Planable.Doors.Mail;

/// <summary>A mail server.</summary>
/// <param name="IsTls">Whether the connection begins with TLS. Otherwise it must change to TLS, except on this machine.</param>
/// <param name="User">With whom to sign in; null for nobody. The password is the secret <see cref="MailSettings.Password"/>.</param>
sealed record SmtpServer(string Host, int Port, bool IsTls, string? User);

/// <param name="Smtp">The mail server; null if no mail is sent by one.</param>
/// <param name="From">The sender of all mails.</param>
/// <param name="Origin">The origin of the links in mails, without a slash at its end.</param>
sealed record MailSettings(SmtpServer? Smtp, string From, string Origin)
{
    /// <summary>The secret with the mail server's password.</summary>
    public const string Password = "smtp-password";

    const int TlsPort = 465, SubmissionPort = 587;

    /// <summary>Reads the settings. Without a mail server they mean nothing, unless mails are written to a folder.</summary>
    public static MailSettings Read(IConfiguration configuration)
    {
        var (url, from) = (configuration["Smtp:Url"], configuration["Smtp:From"]);
        var origin = configuration.Address("PublicBaseUrl")?.ToString().TrimEnd('/')
            ?? (configuration["WEBSITE_HOSTNAME"] is { Length: > 0 } host ? "https://" + host : null);
        if (url is not { Length: > 0 })
        {
            return new(null, "Planable <planable@localhost>", origin ?? "");
        }
        var server = Parse(url);
        return new(server,
            (from is { Length: > 0 } ? from : server.User) is { } sender && IsAddress(sender) ? sender
                : throw new StartupFailure("Smtp__From must be the sender of mails, such as Planable <planable@example.com>."),
            origin ?? throw new StartupFailure("Smtp__Url is set, so PublicBaseUrl must be too: the links in mails begin with it."));
    }

    // A method of its own, so that a start without mail does not load the code that reads addresses.
    static bool IsAddress(string text) => MailAddress.TryCreate(text, out _);

    // The value may have a password in it, so no message shows it.
    static SmtpServer Parse(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0
            || url.PathAndQuery is not ("" or "/")
            ? throw new StartupFailure("Smtp__Url is not the address of a mail server such as smtps://user@example.com:465.")
        : url.UserInfo.Contains(':', StringComparison.Ordinal)
            ? throw new StartupFailure($"Smtp__Url has a password in it. Store the password as the secret {Password} instead.")
        : new(url.IdnHost, url.Port > 0 ? url.Port : url.Scheme is "smtps" ? TlsPort : SubmissionPort, url.Scheme is "smtps",
            url.UserInfo is { Length: > 0 } user ? Uri.UnescapeDataString(user) : null);
}
