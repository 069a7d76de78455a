using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Company.Workspaces;
using Planable.Content.Campaigns;
using Planable.Content.Events;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Doors.ContentSystems;
using Planable.Doors.Mail;
using Planable.Doors.OAuth;
using Planable.Doors.Webhooks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Operate;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>Where a command reads and writes.</summary>
/// <param name="Width">The line width of <paramref name="Error"/>; null if lines cannot be overwritten.</param>
sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error, Func<int>? Width = null);

/// <summary>Operators' commands, <c>planable noun verb</c>, on the app's own types and storage.</summary>
static class CommandLine
{
    static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    const string Description = """
        Planable.Functions. Without a command, planable runs the whole app on this machine until you stop it.

        A command changes or shows what the app has stored. It uses the storage that AzureWebJobsStorage names. Without that setting it uses
        the data folder, which is .planable unless PLANABLE_DATA names another. The app may be running at the same time; it notices changes
        within 10 seconds.

        Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found, 4 storage or vault does not answer or a setting is wrong,
        5 the storage check found a problem that is not repaired, 130 interrupted.
        """;

    public static Task<int> RunAsync(string[] args) =>
        RunAsync(args, new(Console.In, Console.Out, Console.Error, Progress.Width(Console.IsErrorRedirected)), _ => { });

    /// <param name="change">Changes the app's settings and services, for tests.</param>
    internal static async Task<int> RunAsync(string[] args, Terminal terminal, Action<WebApplicationBuilder> change)
    {
        var root = new RootCommand(Description)
        {
            CompanyCommands.Noun(), PeopleCommands.Noun(), PageCommands.Noun(), TokenCommands.Noun(), StorageCommands.Noun(), Verb.Json,
        };
        foreach (var verb in root.Subcommands.SelectMany(noun => noun.Subcommands).OfType<Verb>())
        {
            verb.SetAction((parse, cancel) => RunAsync(verb, parse, terminal, change, cancel));
        }
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new ExampleHelp((HelpAction)help.Action!);
        }
        // An argument that begins with @ is a name like any other, and not a file of arguments.
        var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Errors.Count > 0 && parse.Action is not ExampleHelp)
        {
            var command = parse.CommandResult.Command;
            var errors = parse.Errors.Select(error => error.Message).Distinct()
                .Append($"Run planable {Path(parse.CommandResult)}--help to see how to use it.");
            return new Failure(ExitCode.Usage, "VALIDATION_ERROR", string.Join(' ', errors))
                .Show(terminal, parse.GetValue(Verb.Json));
        }
        return await parse.InvokeAsync(new()
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = LongestEnd,
        });
    }

    /// <summary>The command as it was typed, as far as it was recognized.</summary>
    static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)}{result.Command.Name} " : "";

    static async Task<int> RunAsync(
        Verb verb, ParseResult parse, Terminal terminal, Action<WebApplicationBuilder> change, CancellationToken cancel)
    {
        var json = parse.GetValue(Verb.Json);
        using var progress = new Progress(terminal.Error, json ? null : terminal.Width, TimeProvider.System);
        try
        {
            var builder = LocalApp.CreateBuilder();
            // stdout is only for the result.
            builder.Logging.ClearProviders();
            change(builder);
            await using var local = await builder.JoinLocalStorageAsync(progress.Show, cancel);
            AddServices(builder);
            await using var services = builder.Services.BuildServiceProvider();
            if (!verb.TakesAnyVersion)
            {
                await services.GetRequiredService<StorageSchema>().RequireAsync(cancel);
            }
            if (services.IsLocal())
            {
                await LocalStores.CreateAsync(services);
            }
            var (answer, problem) = await verb.Run(new(parse, services, terminal, progress, cancel));
            if (problem is not null)
            {
                return Failure.Of(problem).Show(terminal, json);
            }
            await terminal.Out.WriteLineAsync(json ? answer!.Json : answer!.Text);
            return answer.ExitCode;
        }
        catch (Exception e) when (Failure.Of(e, cancel) is { } failure)
        {
            return failure.Show(terminal, json);
        }
    }

    public static void AddServices(WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddSingleton(HttpSettings.Read(configuration)).AddSingleton(TimeProvider.System);
        services.AddOperatorIdentity().AddSecrets(configuration);
        services.AddStorage(configuration).AddWork(configuration);
        services.AddCompanies().AddPeople().AddAudit().AddTokens().AddWorkspaces(configuration).AddLabels(configuration);
        services.AddGuardedClient(configuration).AddEventLog().AddPages().AddMedia(configuration).AddCampaigns().AddPosts();
        services.AddPublishing(configuration).AddMetrics(configuration);
        services.AddWebhooks(configuration).AddContentSystems().AddMail(configuration).AddOAuth();
        services.AddSingleton<PostCheck>().AddSingleton<StorageCheck>();
        services.AddUpgrades();
    }
}
