using Planable.Company.Companies;

namespace Planable.Doors.Mail;

/// <summary>Sends invitations at once: their links are secrets, which are stored nowhere.</summary>
sealed partial class InvitationMail(
    MailWriter writer, IEnumerable<IMailTransport> transports, TimeProvider time, ILogger<InvitationMail> log)
{
    /// <summary>How long whoever invites waits for the mail server.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="path">The path of the invitation's link.</param>
    /// <returns>Whether it is sent; null if no mail is sent here.</returns>
    public async Task<bool?> SendAsync(User user, string company, string path, DateTimeOffset until, CancellationToken cancel)
    {
        if (transports.FirstOrDefault() is not { } transport)
        {
            return null;
        }
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var isSent = false;
        try
        {
            await transport.SendAsync([writer.Invitation(user, company, path, until)], (_, refusal) =>
            {
                isSent = refusal is null;
                return Task.CompletedTask;
            }, either.Token);
        }
        catch (Exception e) when (e is MailFailure || limit.IsCancellationRequested)
        {
            LogNotSent(e is MailFailure ? e.Message : "The mail server did not answer in time.");
        }
        return isSent;
    }

    [LoggerMessage(LogLevel.Warning, "An invitation could not be sent: {Reason}")]
    partial void LogNotSent(string reason);
}
