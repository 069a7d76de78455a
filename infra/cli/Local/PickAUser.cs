using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Settings;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>Sign-in on a developer's machine: pick any user.</summary>
static class PickAUser
{
    const string Path = SettingsEndpoints.Root + "/sign-in";
    const int MostShown = 100;

    public static void AddPickAUser(this IServiceCollection services)
    {
        new AuthenticationBuilder(services).AddCookie(PersonAuthentication.Scheme, options =>
        {
            options.LoginPath = Path;
            options.ReturnUrlParameter = "return";
            options.Cookie.Name = "planable-person";
            options.Cookie.Path = SettingsEndpoints.Root;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Events.OnRedirectToAccessDenied = context =>
                context.HttpContext.RequestServices.GetRequiredService<ISignInPages>().RefuseAsync(context.HttpContext);
            options.Events.OnSigningOut = context =>
            {
                context.Response.Redirect(Path);
                return Task.CompletedTask;
            };
        });
        // There is no https on this machine.
        services.PostConfigure<AntiforgeryOptions>(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddSingleton<PickAUserPages>();
    }

    public static void MapPickAUser(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<PickAUserPages>() is not null)
        {
            var settings = routes.MapGroup(Path).ExcludeFromDescription().AllowAnonymous();
            settings.MapGet("", SettingsEndpoints.Page<PickAUserPages>((pages, http) => pages.ShowAsync(http)));
            settings.MapPost("", SettingsEndpoints.Page<PickAUserPages>((pages, http) => pages.PickAsync(http)));
        }
    }

    sealed class PickAUserPages(CompanyStore companies, CompanyDirectory directory)
    {
        public async Task<IResult> ShowAsync(HttpContext http)
        {
            if (!MayPick(http))
            {
                return NotAllowed().ToResult();
            }
            List<(string Company, User User)> users = [];
            if (IdKind.Company.TryParse(http.Request.Query["company"], out var id))
            {
                users.AddRange((await companies.UsersAsync(id.Partition, http.RequestAborted)).Select(user => (id.Partition, user)));
            }
            else
            {
                users = await companies.AllUsersAsync(http.RequestAborted).Take(MostShown).ToListAsync(http.RequestAborted);
            }
            return PageContext.Of(http).Page<SignInPage>(new()
            {
                [nameof(SignInPage.Users)] = users,
                [nameof(SignInPage.Return)] = Local(http.Request.Query["return"]),
            });
        }

        public async Task<IResult> PickAsync(HttpContext http)
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            if (!MayPick(http))
            {
                return NotAllowed().ToResult();
            }
            if (!IdKind.User.TryParse(form["user"], out var id)
                || await directory.FindAsync(id.Partition, id.Key, http.RequestAborted) is not { User: not null })
            {
                return Problems.NotFound("user").ToResult();
            }
            await http.SignInAsync(PersonAuthentication.Scheme, Person.Principal(id.Partition, id.Key));
            return Results.LocalRedirect(Local(form["return"]));
        }

        // The app may listen on the whole network or use a company's real storage. There nobody may pick a user or see the list.
        static bool MayPick(HttpContext http) =>
            http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && http.RequestServices.IsLocal();

        static Problem NotAllowed() =>
            Problems.Forbidden("You can pick a person only on the machine that runs the app and holds its storage.");

        /// <summary>
        /// The path to continue at; only a path of the settings, so that this is not an open redirect, and only what a header may hold.
        /// </summary>
        static string Local(string? path) =>
            path is not null && path.StartsWith(SettingsEndpoints.Root + "/", StringComparison.Ordinal)
                && !path.Contains('\\', StringComparison.Ordinal) && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
                ? path : SettingsEndpoints.Root + "/integrations";
    }
}
