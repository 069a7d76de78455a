using Microsoft.Playwright;
using Planable.Company.Companies;
using Planable.Functions.Tests.Clients;
using Planable.Functions.Tests.Hosting;
[assembly: AssemblyFixture(typeof(Planable.Functions.Tests.Settings.Browser))]

namespace Planable.Functions.Tests.Settings;

/// <summary>Debian's Chromium, driven by Playwright; tests that need it are skipped where it is not installed.</summary>
public sealed class Browser : IAsyncLifetime
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    static readonly NpmFolder Npm = new("Settings");

    readonly SemaphoreSlim _starting = new(1);
    IPlaywright? _playwright;
    IBrowser? _browser;

    public ValueTask InitializeAsync() => default;

    /// <summary>A page of a window of its own, already signed in.</summary>
    internal async Task<IPage> OpenAsync(App app, TestCompany company, User user, BrowserNewContextOptions? options = null)
    {
        options ??= new();
        options.BaseURL = app.BaseAddress.ToString();
        options.Permissions = ["clipboard-read", "clipboard-write"];
        var page = await (await (await StartedAsync()).NewContextAsync(options)).NewPageAsync();
        // What the content security policy stops is a mistake of ours.
        page.Console += (_, message) => Assert.True(
            message.Type is not "error" || !message.Text.Contains("Content Security Policy", StringComparison.Ordinal), message.Text);
        await page.GotoAsync($"/settings/sign-in?company={company.Id}");
        await page.GetByRole(AriaRole.Button, new() { Name = user.Name }).ClickAsync();
        return page;
    }

    /// <summary>What axe-core finds wrong with a page, by WCAG 2.2 AA and its best practices.</summary>
    internal static async Task<string> AxeAsync(IPage page)
    {
        await page.EvaluateAsync(await AxeScriptAsync());
        return await page.EvaluateAsync<string>(
            "async () => (await axe.run()).violations"
            + ".map(one => `${one.id}: ${one.help} ${one.nodes.map(node => node.html).join(' ')}`).join('\\n')");
    }

    /// <summary>Kept for whoever wants to look, in <c>artifacts/screenshots</c>.</summary>
    internal static Task PhotographAsync(IPage page, string name) =>
        page.ScreenshotAsync(new()
        {
            Path = Path.Combine(PublishedPackage.Repository.FullName, "artifacts", "screenshots", name + ".png"),
            FullPage = true,
        });

    async Task<IBrowser> StartedAsync()
    {
        var chromium = Array.Find(Places, File.Exists);
        Assert.SkipWhen(chromium is null, "There is no Chromium here: install Debian's package chromium.");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(30_000);
            return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] });
        }
        finally
        {
            _starting.Release();
        }
    }

    static async Task<string> AxeScriptAsync()
    {
        await Npm.InstalledAsync();
        return await File.ReadAllTextAsync(Path.Combine(Npm.Path, "node_modules", "axe-core", "axe.min.js"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        _starting.Dispose();
    }
}
