using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Tokens;

/// <summary>A token may do what its creator may do now: a change made on one instance bites on every other within ten seconds.</summary>
public sealed class CreatorRightsTests(TokenGround ground) : TokenTests(ground)
{
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public static TheoryData<string> Losses => ["removal", "role", "workspace", "permission"];

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task What_the_creator_loses_the_token_loses_within_ten_seconds_on_another_instance(string loss)
    {
        await using var other = Ground.Start(services: services => services.AddSingleton<TimeProvider>(_time));
        var company = await TestCompany.CreateAsync(One);
        var everything = (company.Workspaces[0], Enum.GetValues<Permission>());
        var creator = await company.PersonAsync(loss is "role" ? TestCompany.Person(Role.ADMINISTRATOR)
            : TestCompany.Person(Role.MEMBER, everything));
        var client = other.As(await company.TokenAsync(creator: creator));
        await CallAsync().CreatedAsync();

        await (loss switch
        {
            "removal" => company.RemoveAsync(creator),
            "role" => company.PersonAsync(creator with { Role = Role.MEMBER }),
            "workspace" => company.PersonAsync(creator with { Workspaces = new Dictionary<string, Permission[]>() }),
            _ => company.PersonAsync(
                creator with { Workspaces = new Dictionary<string, Permission[]> { [company.Workspaces[0].Key] = [Permission.VIEW] } }),
        });
        _time.Advance(TimeSpan.FromSeconds(10));

        await CallAsync().ForbiddenAsync();
        await client.GetAsync("/labels?workspaceId=" + company.WorkspaceId)
            .ShouldBeAsync(loss is "permission" ? HttpStatusCode.OK : HttpStatusCode.Forbidden);

        Task<HttpResponseMessage> CallAsync() =>
            client.PostAsync(
                "/labels", new { workspaceId = company.WorkspaceId, text = Guid.NewGuid().ToString("N")[..20], color = "fog" });
    }
}
