using Planable.Company.SignIn;
using Planable.Doors.Mail;

namespace Planable.Settings;

/// <summary>The page on which people choose what they get mail about.</summary>
static class NotificationEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/notifications";

    public static void MapNotificationPages(this IEndpointRouteBuilder settings)
    {
        var people = settings.MapGroup("/notifications").RequireAuthorization(Person.Policy(_ => true));
        people.MapGet("", SettingsEndpoints.Page<NotificationPages>((pages, http) => pages.ShowAsync(http)));
        people.MapPost("", SettingsEndpoints.Page<NotificationPages>((pages, http) => pages.SaveAsync(http)));
    }
}

sealed class NotificationPages(MailStore mail, IEnumerable<IMailTransport> transports)
{
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var person = Person.Of(http);
        return PageContext.Of(http).Page<NotificationsPage>(new()
        {
            [nameof(NotificationsPage.Kinds)] = KindsOf(person),
            [nameof(NotificationsPage.Muted)] = await mail.MutedAsync(person.Company + person.User.Key, http.RequestAborted),
            [nameof(NotificationsPage.IsMailSent)] = transports.Any(),
            [nameof(NotificationsPage.WasSaved)] = http.Request.Query.ContainsKey("saved"),
        });
    }

    public async Task<IResult> SaveAsync(HttpContext http)
    {
        var person = Person.Of(http);
        var wanted = (await http.Request.ReadFormAsync(http.RequestAborted))["kinds"]
            .Select(name => Enum.TryParse<MailKind>(name, out var kind) ? kind : default(MailKind?)).OfType<MailKind>().ToArray();
        var shown = KindsOf(person);
        // What the page did not show stays as it was.
        await mail.ChooseAsync(
            person.Company + person.User.Key, muted => muted.Except(shown).Union(shown.Except(wanted)), http.RequestAborted);
        return Results.LocalRedirect(NotificationEndpoints.Path + "?saved");
    }

    static MailKind[] KindsOf(Person person) =>
        [.. MailKinds.All.Where(kind => person.User.IsAdministrator || !kind.IsForAdministrators())];
}
