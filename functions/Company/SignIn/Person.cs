using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Platform.Http;

namespace Planable.Company.SignIn;

/// <summary>The signed-in user, with the company as it is now.</summary>
public sealed record Person(string Company, CompanyView View)
{
    public User User => View.User!;

    public bool ManagesTokens => User.IsAdministrator;

    public bool ManagesPeople => User.IsAdministrator;

    /// <summary>Whether this person may invite, change or remove a user with this role.</summary>
    public bool Manages(Role role) => ManagesPeople && (role is not Role.OWNER || User.Role is Role.OWNER);

    public bool ReadsAuditLog => User.Role is Role.OWNER;

    internal Actor From(HttpContext http) => new(User.Key, http.ClientIp()?.ToString());

    /// <summary>The person as a caller, for use cases that the API has too.</summary>
    internal Caller Caller(HttpContext http) =>
        Tokens.Caller.OfPerson(View, http.RequestServices.GetRequiredService<CompanyDirectory>(), http.Origin());

    public static Person Of(HttpContext http) => http.Features.GetRequiredFeature<Person>();

    /// <summary>The principal of a signed-in user. It carries no rights; they are looked up for every call.</summary>
    public static ClaimsPrincipal Principal(string company, string user) => new(new ClaimsIdentity(
        [new(CompanyClaim, company), new(UserClaim, user), new(ClaimTypes.NameIdentifier, company + user)], PersonAuthentication.Scheme));

    /// <summary>The principal of a person who has not accepted an invitation.</summary>
    internal static ClaimsPrincipal Nobody(Account account) =>
        new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, account.Key)], PersonAuthentication.Scheme));

    const string CompanyClaim = "company", UserClaim = "user";

    /// <summary>Requires a user of the company who satisfies a condition.</summary>
    sealed record Requirement(Func<Person, bool> May) : IAuthorizationRequirement;

    sealed class Handler(CompanyDirectory directory) : AuthorizationHandler<Requirement, HttpContext>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, Requirement requirement, HttpContext http)
        {
            if (context.User.FindFirstValue(CompanyClaim) is not { } company || context.User.FindFirstValue(UserClaim) is not { } user
                || await directory.FindAsync(company, user, http.RequestAborted) is not { User: not null } view)
            {
                return;
            }
            var person = new Person(company, view);
            http.Features.Set(person);
            if (requirement.May(person))
            {
                context.Succeed(requirement);
            }
        }
    }

    public static IServiceCollection AddPolicies(IServiceCollection services) => services.AddSingleton<IAuthorizationHandler, Handler>();

    public static AuthorizationPolicy Policy(Func<Person, bool> may) => new AuthorizationPolicyBuilder(PersonAuthentication.Scheme)
        .RequireAuthenticatedUser().AddRequirements(new Requirement(may)).Build();
}
