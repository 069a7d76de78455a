using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Planable.Company.Companies;

namespace Planable.Doors.Mail;

/// <summary>Writes mails, as text and as HTML. They load nothing, so nobody learns that they were read.</summary>
sealed class MailWriter(MailSettings settings, Unsubscription unsubscription, TimeProvider time)
{
    /// <summary>The most things that a digest describes; the others are counted.</summary>
    const int MostDescribed = 50;

    /// <param name="keys">Names of the events.</param>
    /// <param name="kind">What the link to unsubscribe is about; null for all mails.</param>
    public OutgoingMail Write(string person, User user, IReadOnlyList<MailItem> items, IEnumerable<string> keys, MailKind? kind)
    {
        var link = settings.Origin + unsubscription.Path(person, kind);
        var subject = items is [var only] ? only.Subject
            : kind is MailKind.Reminders ? string.Create(CultureInfo.InvariantCulture, $"{items.Count} posts still wait for your approval")
            : string.Create(CultureInfo.InvariantCulture, $"{items.Count} new messages");
        var more = items.Count - MostDescribed;
        string[] closing = more > 0
            ? [string.Create(CultureInfo.InvariantCulture, $"And {more} more, which are not listed here.")] : [];
        var described = items.Take(MostDescribed).ToArray();
        return new(IdOf(person, keys), user.Name, user.Email, OneLine(subject), Text(user, described, closing, link),
            Html(user, described, closing, link), link)
        {
            At = time.GetUtcNow(),
        };
    }

    /// <summary>An invitation. It comes once, so nobody unsubscribes from it.</summary>
    /// <param name="path">The path of the invitation's link.</param>
    public OutgoingMail Invitation(User user, string company, string path, DateTimeOffset until)
    {
        var ends = until.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        MailItem[] items =
        [
            new($"Invitation to {company}", $"You are invited to plan posts with {company}.",
                [$"The link works once, until {ends} UTC.", "Whoever opens it becomes you, so give it to nobody."],
                null, path, "Accept the invitation"),
        ];
        return new(IdOf(path, []), user.Name, user.Email, OneLine(items[0].Subject), Text(user, items, [], null),
            Html(user, items, [], null), null)
        {
            At = time.GetUtcNow(),
        };
    }

    static string IdOf(string person, IEnumerable<string> keys) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(person + "~" + string.Join('~', keys.Order(StringComparer.Ordinal))))[..16]);

    string Choices => settings.Origin + "/settings/notifications";

    string Text(User user, MailItem[] items, string[] closing, string? unsubscribe)
    {
        var text = new StringBuilder().Append("Hello ").Append(OneLine(user.Name)).Append(",\n\n");
        foreach (var item in items)
        {
            text.Append(item.Title).Append("\n\n");
            foreach (var fact in item.Facts)
            {
                text.Append(OneLine(fact)).Append('\n');
            }
            if (item.Quote is not null)
            {
                text.Append("\n> ").Append(item.Quote.ReplaceLineEndings("\n> ")).Append('\n');
            }
            text.Append('\n').Append(item.PathText).Append(": ").Append(settings.Origin).Append(item.Path).Append("\n\n");
        }
        foreach (var line in closing)
        {
            text.Append(line).Append("\n\n");
        }
        return unsubscribe is null ? text.ToString() : text.Append("-- \nChoose what you get mail about: ").Append(Choices)
            .Append("\nEnd these mails: ").Append(unsubscribe).Append('\n').ToString();
    }

    string Html(User user, MailItem[] items, string[] closing, string? unsubscribe)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Planable</title></head>\n"
            + "<body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em\">\n");
        html.Append("<p>Hello ").Append(Encoded(user.Name)).Append(",</p>\n");
        foreach (var item in items)
        {
            html.Append("<h2 style=\"font-size: 1.1em\">").Append(Encoded(item.Title)).Append("</h2>\n<p>")
                .AppendJoin("<br>\n", item.Facts.Select(Encoded)).Append("</p>\n");
            if (item.Quote is not null)
            {
                html.Append("<blockquote dir=\"auto\" style=\"margin: 0; padding-left: 1em; border-left: 3px solid #999; ")
                    .Append("white-space: pre-wrap\">").Append(Encoded(item.Quote)).Append("</blockquote>\n");
            }
            html.Append("<p><a href=\"").Append(Encoded(settings.Origin + item.Path)).Append("\">").Append(Encoded(item.PathText))
                .Append("</a></p>\n");
        }
        foreach (var line in closing)
        {
            html.Append("<p>").Append(Encoded(line)).Append("</p>\n");
        }
        if (unsubscribe is not null)
        {
            html.Append("<hr><p style=\"font-size: .85em\"><a href=\"").Append(Encoded(Choices))
                .Append("\">Choose what you get mail about</a> · <a href=\"").Append(Encoded(unsubscribe))
                .Append("\">End these mails</a></p>\n");
        }
        return html.Append("</body></html>\n").ToString();
    }

    static string Encoded(string text) => WebUtility.HtmlEncode(text);

    static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
