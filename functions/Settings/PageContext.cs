using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Planable.Company.SignIn;
using Planable.Doors.Mcp;
using Planable.Platform.Http;

namespace Planable.Settings;

/// <summary>What every page needs to know about its call.</summary>
public sealed class PageContext(HttpContext http)
{
    public const string AntiforgeryField = "form-token";

    static readonly (double Seconds, string Name)[] Units = [(86400 * 366, "year"), (86400, "day"), (3600, "hour"), (60, "minute")];

    AntiforgeryTokenSet? _form;

    public Person? Person { get; } = http.Features.Get<Person>();

    public DateTimeOffset Now { get; } = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>The antiforgery token of the page's forms. Reading it sets the cookie that belongs to it.</summary>
    public string FormToken => (_form ??= http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http)).RequestToken!;

    /// <summary>The base URL of the API.</summary>
    public string ApiUrl => http.Origin() + "/api/v1";

    /// <summary>Where assistants connect.</summary>
    public string McpUrl => http.McpUrl();

    public string Path => http.Request.Path;

    public static PageContext Of(HttpContext http) => new(http);

    /// <summary>A time relative to now: <c>in 5 days</c>, <c>2 hours ago</c>.</summary>
    public string Relative(DateTimeOffset moment)
    {
        var away = moment - Now;
        var seconds = Math.Abs(away.TotalSeconds);
        if (Array.Find(Units, unit => seconds >= unit.Seconds) is not { Name: { } name } found)
        {
            return away > TimeSpan.Zero ? "in a moment" : "just now";
        }
        // Round down: better to understate the time that a token has left.
        var count = (long)(seconds / found.Seconds);
        var text = $"{count.ToString(CultureInfo.InvariantCulture)} {name}{(count == 1 ? "" : "s")}";
        return away > TimeSpan.Zero ? "in " + text : text + " ago";
    }

    internal IResult Page<TPage>(Dictionary<string, object?> parameters, int status = 200) where TPage : IComponent =>
        new RazorPage<TPage>(new(parameters) { ["Context"] = this }, status);
}
