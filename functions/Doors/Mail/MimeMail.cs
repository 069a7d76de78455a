using MimeKit;

namespace Planable.Doors.Mail;

/// <summary>Mails as they are sent. This loads MimeKit, so call it only to send something.</summary>
static class MimeMail
{
    /// <summary>Null if the recipient's address is none.</summary>
    public static MimeMessage? Of(OutgoingMail mail, string sender)
    {
        MailboxAddress to, from = MailboxAddress.Parse(sender);
        try
        {
            to = new(mail.Name, mail.Address);
        }
        catch (ParseException)
        {
            return null;
        }
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            Date = mail.At,
            MessageId = $"{mail.Id}@{from.Domain}",
            Body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html }.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.Add(to);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (mail.Unsubscribe is { } unsubscribe)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe}>");
            message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
        return message;
    }
}
