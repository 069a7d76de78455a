using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
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
            [.. services.GetKeyedServices<IEventHandler>(KeyedService.AnyKey)
                .Select(one => one.GetType().Name).Order(StringComparer.Ordinal)];
    }
}
