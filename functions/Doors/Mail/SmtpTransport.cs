using System.Net;
using MailKit.Net.Smtp;
using MailKit.Security;
using Planable.Platform.Secrets;

namespace Planable.Doors.Mail;

/// <summary>Sends mails through a mail server. MailKit is loaded by the first mail.</summary>
sealed class SmtpTransport(MailSettings settings, SecretStore secrets) : IMailTransport
{
    /// <summary>How long the server may take to answer.</summary>
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task SendAsync(IEnumerable<OutgoingMail> mails, Func<OutgoingMail, MailRefusal?, Task> settled, CancellationToken cancel)
    {
        SmtpClient? client = null;
        try
        {
            foreach (var mail in mails)
            {
                client ??= await AttemptAsync(() => ConnectAsync(cancel), cancel);
                await settled(mail, await AttemptAsync(() => SendAsync(client, mail, cancel), cancel));
            }
            if (client is not null)
            {
                await AttemptAsync(async () =>
                {
                    await client.DisconnectAsync(quit: true, cancel);
                    return true;
                }, cancel);
            }
        }
        finally
        {
            client?.Dispose();
        }
    }

    async Task<SmtpClient> ConnectAsync(CancellationToken cancel)
    {
        var server = settings.Smtp!;
        var client = new SmtpClient { Timeout = (int)Timeout.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(server.Host, server.Port,
                server.IsTls ? SecureSocketOptions.SslOnConnect : IsThisMachine(server.Host) ? SecureSocketOptions.StartTlsWhenAvailable
                    : SecureSocketOptions.StartTls, cancel);
            if (server.User is { } user)
            {
                await client.AuthenticateAsync(user, await secrets.GetAsync(MailSettings.Password, cancel)
                    ?? throw new MailFailure($"The vault has no secret {MailSettings.Password}."), cancel);
            }
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Why the server does not take the mail; null if it has.</summary>
    async Task<MailRefusal?> SendAsync(SmtpClient client, OutgoingMail mail, CancellationToken cancel)
    {
        if (MimeMail.Of(mail, settings.From) is not { } message)
        {
            return MailRefusal.NoAddress;
        }
        using (message)
        {
            try
            {
                await client.SendAsync(message, cancel);
                return null;
            }
            catch (SmtpCommandException e) when (e.StatusCode is not SmtpStatusCode.ServiceNotAvailable
                && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
            {
                return new($"the mail server answered {(int)e.StatusCode}", (int)e.StatusCode >= 500);
            }
        }
    }

    /// <summary>Turns what goes wrong into a failure. What a server says is left out, because it may name the recipient.</summary>
    static async Task<T> AttemptAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await work();
        }
        catch (SmtpCommandException e)
        {
            throw new MailFailure($"The mail server answered {(int)e.StatusCode}.", e);
        }
        catch (Exception e) when (e is not MailFailure && !cancel.IsCancellationRequested)
        {
            throw new MailFailure($"The mail server could not be used: {e.GetType().Name}.", e);
        }
    }

    static bool IsThisMachine(string host) =>
        host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
