using Microsoft.Extensions.DependencyInjection;
using Planable.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>What holds for every function.json of the product.</summary>
public sealed class ProductTriggerTests(AzuriteFixture azurite)
{
    static readonly Triggers Product = Triggers.Read(AppContext.BaseDirectory);

    [Fact]
    public async Task Every_queue_and_timer_function_has_its_handler()
    {
        await using var app = App.Start(azurite.ConnectionString, settings: App.UnderHost);
        var services = app.Get<IServiceProviderIsKeyedService>();

        Assert.NotEmpty(Product.Queues);
        Assert.NotEmpty(Product.Timers);
        Assert.All(Product.Queues, queue => Assert.True(services.IsKeyedService(typeof(IQueueFunction), queue.Name), queue.Name));
        Assert.All(Product.Timers, timer => Assert.True(services.IsKeyedService(typeof(ITimerFunction), timer.Name), timer.Name));
    }

    [Fact]
    public void No_public_route_can_reach_a_trigger()
    {
        var triggers = Product.Queues.Select(queue => queue.Name).Concat(Product.Timers.Select(timer => timer.Name)).ToList();

        Assert.All(Product.Http, http =>
        {
            var first = http.Route.Split('/')[0];
            Assert.Matches("^[a-z]+$", first);
            Assert.DoesNotContain(first, triggers, StringComparer.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void The_route_that_catches_the_rest_is_tried_last()
    {
        var last = Product.Http.OrderBy(http => http.Name, StringComparer.OrdinalIgnoreCase).Last();

        Assert.Equal("api/{*rest}", last.Route);
    }

    [Fact]
    public void Every_queue_has_a_poison_queue_beside_it() =>
        Assert.Equal(Product.Queues.SelectMany(queue => new[] { queue.QueueName, queue.QueueName + "-poison" }), Product.QueueNames);
}
