using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Commands;

public sealed class CommandServicesTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task Whatever_follows_a_write_of_the_app_the_check_can_do()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["AzureWebJobsStorage"] = fixture.ConnectionString;
        builder.Configuration["PLANABLE_DATA"] = AzuriteFixture.Data;
        CommandLine.AddServices(builder);
        await using var command = builder.Build();

        Assert.NotEmpty(Kinds(command.Services));
        Assert.Equal(Kinds(fixture.App.Services), Kinds(command.Services));

        static string[] Kinds(IServiceProvider services) =>
            [.. services.GetKeyedServices<IEventHandler>(KeyedService.AnyKey).Select(one => one.GetType().Name).Order(StringComparer.Ordinal)];
    }
}
