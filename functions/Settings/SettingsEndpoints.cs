using Microsoft.AspNetCore.Antiforgery;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Doors.OAuth;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>The settings pages in the browser. They work without JavaScript. Every form carries an antiforgery token.</summary>
static class SettingsEndpoints
{
    public const string Root = "/settings";

    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        Person.AddPolicies(services);
        services.AddSingleton<IProblemDetailsWriter, SettingsProblems>().AddSingleton<ISignInPages, SettingsSignIn>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "planable-form";
            options.Cookie.Path = Root;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.FormFieldName = PageContext.AntiforgeryField;
            // The content security policy already forbids framing.
            options.SuppressXFrameOptionsHeader = true;
        });
        return services.AddSingleton<SettingsPages>().AddSingleton<SignInPages>().AddSingleton<TokenPages>()
            .AddSingleton<ContentSystemPages>().AddSingleton<ConnectionFormPages>().AddSingleton<WebhookPages>()
            .AddSingleton<NotificationPages>().AddSingleton<PeoplePages>().AddSingleton<OverviewPages>().AddSingleton<ReviewPages>()
            .AddSingleton<SocialPages>().AddSingleton<ConsentPages>().AddSingleton<ConnectedAppPages>().AddDataProtectionInSecrets();
    }

    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup(Root).ExcludeFromDescription();
        settings.MapGet("/", Page<SettingsPages>((_, _) => Task.FromResult(Results.Redirect(Root + "/integrations")))).AllowAnonymous();
        settings.MapAssets();
        settings.MapSignIn();
        settings.MapNetworkReturn();
        routes.MapAuthorize();

        settings.MapGroup("").RequireAuthorization(Person.Policy(_ => true)).MapReview();

        var managers = settings.MapGroup("").RequireAuthorization(Person.Policy(person => person.ManagesTokens));
        managers.MapGet("/integrations", Page<SettingsPages>((pages, http) => pages.IntegrationsAsync(http)));
        managers.MapOverview();
        managers.MapTokens();
        managers.MapSocialPages();
        managers.MapContentSystemPages();
        managers.MapWebhookPages();
        settings.MapNotificationPages();
        settings.MapConnectedApps();
        settings.MapGroup("").RequireAuthorization(Person.Policy(person => person.ManagesPeople)).MapPeople();
        settings.MapGet("/audit", Page<SettingsPages>((pages, http) => pages.AuditLogAsync(http)))
            .RequireAuthorization(Person.Policy(person => person.ReadsAuditLog));
    }

    /// <summary>
    /// Handles a page with a method of <typeparamref name="T"/>. A plain RequestDelegate needs no parameter binding, which would be
    /// compiled at every start even if nobody opens the settings.
    /// </summary>
    public static RequestDelegate Page<T>(Func<T, HttpContext, Task<IResult>> make) where T : notnull => async http =>
        await (await make(http.RequestServices.GetRequiredService<T>(), http)).ExecuteAsync(http);

    /// <summary>Whether a call is for the settings, or for the page to which apps send people.</summary>
    public static bool Has(HttpRequest request) => request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase)
        || request.Path.Equals(OAuthEndpoints.Authorize, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets the security headers of every response of the settings.</summary>
    public static void UseSettingsHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; "
                + $"img-src {string.Join(' ', ["'self'", .. http.Features.Get<PictureSource>()?.Urls ?? []])}; "
                + $"form-action {string.Join(' ', ["'self'", .. http.Features.Get<FormTarget>()?.Urls ?? []])}; "
                + "base-uri 'none'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            if (!headers.CacheControl.ToString().Contains("max-age", StringComparison.Ordinal))
            {
                headers.CacheControl = "no-store";
            }
            return Task.CompletedTask;
        });
        return next(http);
    });

    /// <summary>Refuses forms without a valid antiforgery token, such as those that another site made the browser send.</summary>
    public static void UseSettingsForms(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && http.GetEndpoint() is not null)
        {
            try
            {
                // The pages read the form again, from memory.
                await http.Request.ReadFormAsync(http.RequestAborted);
                await http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(http);
            }
            catch (Exception e) when (e is AntiforgeryValidationException or InvalidDataException || !http.Request.HasFormContentType)
            {
                await Problems.Malformed(
                    "This form has expired or is not valid. Reload the page and send the form again.").ExecuteAsync(http);
                return;
            }
        }
        await next(http);
    });
}

/// <summary>Where a page's pictures come from, besides the app itself.</summary>
sealed record PictureSource(params string[] Urls);

/// <summary>Where a page's form may lead, besides the app itself. Browsers check this for redirects after the form too.</summary>
sealed record FormTarget(params string[] Urls);

/// <summary>The pages that have no file of their own.</summary>
sealed class SettingsPages(CompanyTokens tokens, AuditLog audit, CompanyStore companies)
{
    const int MostEntries = 50;

    public async Task<IResult> IntegrationsAsync(HttpContext http) => PageContext.Of(http).Page<IntegrationsPage>(new()
    {
        [nameof(IntegrationsPage.HasTokens)] = (await tokens.ListAsync(Person.Of(http).Company, http.RequestAborted)).Length > 0,
    });

    public async Task<IResult> AuditLogAsync(HttpContext http)
    {
        var company = Person.Of(http).Company;
        var after = http.Request.Query["after"].ToString();
        var from = after.Length == Ids.KeyLength && !after.AsSpan().ContainsAnyExcept(Base32.Characters) ? after : null;
        var entries = await audit.ListAsync(company, from, MostEntries + 1, http.RequestAborted);
        return PageContext.Of(http).Page<AuditPage>(new()
        {
            [nameof(AuditPage.Entries)] = entries.Take(MostEntries).ToArray(),
            [nameof(AuditPage.Next)] = entries.Length > MostEntries ? entries[MostEntries - 1].Key : null,
            [nameof(AuditPage.Users)] =
                (await companies.UsersAsync(company, http.RequestAborted)).ToDictionary(user => user.Key, user => user.Name),
        });
    }
}

/// <summary>Renders errors of the settings as pages.</summary>
sealed class SettingsProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => SettingsEndpoints.Has(context.HttpContext.Request);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var problem = ProblemWriter.Begin(context);
        var status = http.Response.StatusCode;
        await PageContext.Of(http).Page<MessagePage>(new()
        {
            [nameof(MessagePage.Title)] =
                status switch { 404 => "Not found", 503 => "Busy", >= 500 => "Something went wrong", _ => "That did not work" },
            [nameof(MessagePage.Message)] = problem.Detail,
            [nameof(MessagePage.RequestId)] = http.TraceIdentifier,
        }, status).ExecuteAsync(http);
    }
}

/// <summary>Answers people who may not see the settings.</summary>
sealed class SettingsSignIn : ISignInPages
{
    public bool Has(HttpRequest request) => SettingsEndpoints.Has(request);

    /// <summary>Shows who can help.</summary>
    public async Task RefuseAsync(HttpContext http)
    {
        var person = http.Features.Get<Person>();
        var helpers = person is null ? []
            : await HelpersAsync(http.RequestServices.GetRequiredService<CompanyStore>(), person.Company, http.RequestAborted);
        await PageContext.Of(http).Page<RefusedPage>(new() { [nameof(RefusedPage.Helpers)] = helpers }, 403).ExecuteAsync(http);
    }

    /// <summary>The people who can help, Owners first.</summary>
    public static async Task<User[]> HelpersAsync(CompanyStore companies, string company, CancellationToken cancel) =>
        [.. (await companies.UsersAsync(company, cancel)).Where(user => user.IsAdministrator).OrderBy(user => user.Role).Take(10)];

    public Task SignInIsMissingAsync(HttpContext http) => PageContext.Of(http).Page<MessagePage>(new()
    {
        [nameof(MessagePage.Title)] = "Nobody can sign in here yet",
        [nameof(MessagePage.Message)] = "App Service Authentication is off for this app. Its operator must turn it on for /settings.",
    }, 401).ExecuteAsync(http);
}
