using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Planable.Companies;
using Planable.Http;
using Planable.Secrets;
using Planable.Storage;
using Planable.Tokens;

namespace Planable.Settings;

/// <summary>The settings that people open in a browser. They work without JavaScript; every form carries an antiforgery token.</summary>
static class SettingsEndpoints
{
    public const string Root = "/settings";

    public static IServiceCollection AddSettings(this IServiceCollection services, IHostEnvironment environment, IConfiguration configuration)
    {
        services.AddSignIn(environment, configuration);
        Person.AddPolicies(services);
        services.AddSingleton<IProblemDetailsWriter, SettingsProblems>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "planable-form";
            options.Cookie.Path = Root;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
            options.FormFieldName = PageContext.AntiforgeryField;
            // The content security policy says who may frame us: nobody.
            options.SuppressXFrameOptionsHeader = true;
        });
        return services.AddSingleton<TokenListing>().AddDataProtectionInSecrets();
    }

    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.MapGroup(Root).ExcludeFromDescription().DisableAntiforgery().AddEndpointFilter(CheckFormAsync);
        settings.MapGet("/", () => Results.Redirect(Root + "/integrations")).AllowAnonymous();
        settings.MapAssets();
        var environment = routes.ServiceProvider.GetRequiredService<IHostEnvironment>();
        var configuration = routes.ServiceProvider.GetRequiredService<IConfiguration>();
        if (SignIn.IsByChoice(environment, configuration))
        {
            settings.MapSignIn();
        }
        settings.MapInvitations();
        settings.MapPost("/sign-out", SignOutAsync).AllowAnonymous();

        var managers = settings.MapGroup("").RequireAuthorization(Person.Policy(person => person.ManagesTokens));
        managers.MapGet("/integrations", ShowIntegrations);
        managers.MapTokens();
        settings.MapGet("/audit", ShowAuditLog).RequireAuthorization(Person.Policy(person => person.ReadsAuditLog));
    }

    /// <summary>Whether a call is for the settings.</summary>
    public static bool Has(HttpRequest request) => request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>What every response under the settings says to the browser.</summary>
    public static void UseSettings(this WebApplication app) => app.Use((http, next) =>
    {
        if (!Has(http.Request))
        {
            return next(http);
        }
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            if (headers.CacheControl.Count == 0 || !headers.CacheControl.ToString().Contains("max-age", StringComparison.Ordinal))
            {
                headers.CacheControl = "no-store";
            }
            return Task.CompletedTask;
        });
        return next(http);
    });

    /// <summary>For who is signed in and may not be here: says who can help.</summary>
    public static async Task RefuseAsync(HttpContext http)
    {
        var person = http.Features.Get<Person>();
        var helpers = person is null ? []
            : (await http.RequestServices.GetRequiredService<CompanyStore>().UsersAsync(person.Company, http.RequestAborted))
                .Where(user => user.Role is Role.OWNER or Role.ADMINISTRATOR).OrderBy(user => user.Role).Take(10).ToArray();
        await PageContext.Of(http).Page<RefusedPage>(new() { [nameof(RefusedPage.Helpers)] = helpers }, 403).ExecuteAsync(http);
    }

    public static Task SignInIsMissingAsync(HttpContext http) => PageContext.Of(http).Page<MessagePage>(new()
    {
        [nameof(MessagePage.Title)] = "Nobody can sign in here yet",
        [nameof(MessagePage.Message)] = "App Service Authentication is not on for this app. Whoever operates it turns it on for /settings.",
    }, 401).ExecuteAsync(http);

    static async Task<IResult> ShowIntegrations(Person person, HttpContext http, CompanyTokens tokens, CancellationToken cancel) =>
        PageContext.Of(http).Page<IntegrationsPage>(new()
        {
            [nameof(IntegrationsPage.HasTokens)] = (await tokens.ListAsync(person.Company, cancel)).Length > 0,
        });

    static async Task<IResult> ShowAuditLog(string? after, Person person, HttpContext http, AuditLog audit, CompanyStore companies, CancellationToken cancel)
    {
        const int Shown = 50;
        var from = after is { Length: Ids.OwnLength } && !after.AsSpan().ContainsAnyExcept(Ids.Characters) ? after : null;
        var entries = await audit.ListAsync(person.Company, from, Shown + 1, cancel);
        return PageContext.Of(http).Page<AuditPage>(new()
        {
            [nameof(AuditPage.Entries)] = entries.Take(Shown).ToArray(),
            [nameof(AuditPage.Next)] = entries.Length > Shown ? entries[Shown - 1].Own : null,
            [nameof(AuditPage.Users)] = (await companies.UsersAsync(person.Company, cancel)).ToDictionary(user => user.Key, user => user.Name),
        });
    }

    static async Task<IResult> SignOutAsync(HttpContext http, IHostEnvironment environment, IConfiguration configuration)
    {
        if (!SignIn.IsByChoice(environment, configuration))
        {
            return Results.Redirect("/.auth/logout");
        }
        await http.SignOutAsync(SignIn.Scheme);
        return Results.Redirect(SignIn.Path);
    }

    /// <summary>A form that another site made somebody's browser send changes nothing.</summary>
    static async ValueTask<object?> CheckFormAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            return await next(call);
        }
        try
        {
            await http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            return Problems.Malformed("This form is too old, or is not ours. Open the page anew and send it from there.");
        }
        return await next(call);
    }
}

/// <summary>Errors under the settings are pages.</summary>
sealed class SettingsProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => SettingsEndpoints.Has(context.HttpContext.Request);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var status = context.ProblemDetails.Status ?? http.Response.StatusCode;
        var known = context.ProblemDetails.Extensions.ContainsKey("code") ? context.ProblemDetails : Problems.ForStatus(status).ProblemDetails;
        if (status is 503)
        {
            http.Response.Headers.RetryAfter = "2";
        }
        await PageContext.Of(http).Page<MessagePage>(new()
        {
            [nameof(MessagePage.Title)] = status switch { 404 => "Not found", 503 => "Busy", >= 500 => "Something went wrong", _ => "That did not work" },
            [nameof(MessagePage.Message)] = known.Detail,
            [nameof(MessagePage.RequestId)] = http.TraceIdentifier,
        }, known.Status ?? status).ExecuteAsync(http);
    }
}
