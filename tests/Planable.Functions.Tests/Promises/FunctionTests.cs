using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Planable.Work;

namespace Planable.Functions.Tests.Promises;

/// <summary>What holds for every function there is.</summary>
public sealed class FunctionTests
{
    static readonly LocalFunctions Driven = LocalFunctions.Generated();
    static readonly Dictionary<string, string> Routes = LocalFunctions.Routes();

    [Fact]
    public void A_function_is_a_public_static_method_of_a_public_type_which_the_generated_executor_calls_directly()
    {
        var methods = typeof(HttpFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance))
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null).ToArray();

        Assert.Equal(
            methods.Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name).Order(StringComparer.Ordinal),
            Routes.Keys.Concat(Driven.OfQueues.Concat(Driven.OfTimers).Select(one => one.Name)).Order(StringComparer.Ordinal));
        Assert.All(methods, method => Assert.True(
            method is { IsPublic: true, IsStatic: true, DeclaringType.IsPublic: true }, $"{method.DeclaringType}.{method.Name}"));
    }

    [Fact]
    public void Every_queue_has_one_function()
    {
        Assert.Equal(Queues.All.Order(StringComparer.Ordinal), Driven.OfQueues.Select(one => one.Source).Order(StringComparer.Ordinal));
        Assert.Equal(
            typeof(Queues).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
                .Select(field => (string)field.GetRawConstantValue()!),
            Queues.All);
    }

    [Fact]
    public void Every_timer_has_a_schedule() => Assert.All(Driven.OfTimers, timer => TimerSchedule.Parse(timer.Source));

    [Fact]
    public void A_schedule_that_is_none_is_refused() =>
        Assert.Equal("\"every day\" is not a cron expression of six fields.",
            Assert.Throws<FormatException>(() => TimerSchedule.Parse("every day")).Message);

    [Fact]
    public void The_route_that_takes_the_rest_is_tried_last() =>
        Assert.Equal("api/{*rest}", Routes[Routes.Keys.Order(StringComparer.OrdinalIgnoreCase).Last()]);

    [Fact]
    public void No_public_route_begins_with_a_functions_name() => Assert.All(Routes.Values, route =>
    {
        var first = route.Split('/')[0];
        Assert.Matches("^[a-z.-]+$", first);
        Assert.DoesNotContain(
            first, Routes.Keys.Concat(Driven.OfQueues.Concat(Driven.OfTimers).Select(one => one.Name)), StringComparer.OrdinalIgnoreCase);
    });
}
