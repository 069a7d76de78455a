namespace Planable.Doors.Mail;

/// <summary>A mail to one person.</summary>
/// <param name="Id">The same for the same events and person, so that a repeat is the same mail.</param>
/// <param name="Unsubscribe">The link that ends such mails; null for a mail that comes once.</param>
sealed record OutgoingMail(string Id, string Name, string Address, string Subject, string Text, string Html, string? Unsubscribe)
{
    public DateTimeOffset At { get; init; }
}

/// <summary>How mails leave. None is registered where no mail is sent.</summary>
interface IMailTransport
{
    /// <summary>Sends mails one after another.</summary>
    /// <param name="settled">
    /// Called with null once a mail is sent, or with the refusal of this mail alone.
    /// </param>
    /// <exception cref="MailFailure">A mail could not be sent now; this one and those after it are to be tried again.</exception>
    Task SendAsync(IEnumerable<OutgoingMail> mails, Func<OutgoingMail, MailRefusal?, Task> settled, CancellationToken cancel);
}

/// <summary>A mail is not taken, whatever becomes of the others.</summary>
/// <param name="Reason">Names no address.</param>
/// <param name="IsFinal">Whether it will never be taken. Otherwise it is to be tried again.</param>
sealed record MailRefusal(string Reason, bool IsFinal)
{
    public static readonly MailRefusal NoAddress = new("the address is not valid", IsFinal: true);
}

/// <summary>Mail cannot be sent now.</summary>
/// <param name="message">Names no address.</param>
sealed class MailFailure(string message, Exception? inner = null) : Exception(message, inner);
