using System.Net;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Posts;

/// <summary>Many write to one workspace at once: everyone gets a post or an honest answer, and the counters agree with the posts.</summary>
public sealed class ParallelWriterTests(AzuriteFixture fixture)
{
    const int Writers = 200;

    [Fact]
    public async Task Two_hundred_parallel_creations_are_all_there_once() =>
        await WriteAsync([fixture.App], writer => null);

    [Fact]
    public async Task Two_hundred_parallel_creations_with_every_key_sent_twice_make_a_hundred_posts() =>
        await WriteAsync([fixture.App], writer => $"key {writer / 2}");

    [Fact]
    public async Task Two_hundred_parallel_creations_over_two_instances_with_half_of_them_repeating_a_key_are_all_there_once()
    {
        await using var other = App.Start(fixture.ConnectionString);
        await WriteAsync([fixture.App, other], writer => writer % 2 == 0 ? $"key {writer / 4}" : null);
    }

    static async Task WriteAsync(App[] instances, Func<int, string?> key)
    {
        var company = await TestCompany.CreateAsync(instances[0]);
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var text = key(writer) ?? $"post {writer}";
            // One half of a key's repeats goes to the one instance, the other half to the other.
            using var response = await instances[writer / 2 % instances.Length].As(company.Token)
                .PostAsync("/posts", company.Post(text), key(writer));
            return (Text: text, response.StatusCode, Body: await response.Content.ReadAsStringAsync());
        }));

        var made = answers.Where(answer => answer.StatusCode == HttpStatusCode.Created)
            .GroupBy(answer => answer.Text, answer => JsonNode.Parse(answer.Body)!.Ids("posts").Single()).ToArray();
        Assert.All(answers, answer => Assert.True(
            answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode} {answer.Body}"));
        Assert.All(made, ids => Assert.Single(ids.Distinct()));
        var there = new List<string>();
        for (var offset = 0; offset < Writers; offset += 100)
        {
            there.AddRange(
                (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&offset={offset}&limit=100").OkAsync()).Ids());
        }
        Assert.Equal(made.Select(ids => ids.First()).Order(), there.Order());
        Assert.Equal(there.Count, (await company.Client.GetAsync("/posts/count").OkAsync())["data"]!.Number("total"));
        if (instances.Length == 1)
        {
            // Nobody has to be turned away: the gate and the jitter see to that.
            Assert.Equal(answers.Select(answer => answer.Text).Distinct().Count(), made.Length);
        }
    }
}
