using System.Net;
using System.Text.RegularExpressions;
using Planable.Company.Companies;
using Planable.Settings;

namespace Planable.Functions.Tests.Settings;

/// <summary>A browser without JavaScript: cookies, pages, and forms that carry what the last page put into them.</summary>
sealed partial class Visitor(App app, params (string Name, string Value)[] headers)
{
    static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    /// <summary>The antiforgery token of the last page that had a form.</summary>
    public string FormToken { get; private set; } = "";

    /// <summary>The last page.</summary>
    public string Html { get; private set; } = "";

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    public static async Task<Visitor> SignedInAsync(App app, TestCompany company, User user)
    {
        var visitor = new Visitor(app);
        await visitor.GetAsync($"/settings/sign-in?company={company.Id}");
        using var answer = await visitor.PostAsync("/settings/sign-in", ("user", user.Id(company.Key)));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return visitor;
    }

    /// <summary>The same cookies at another instance.</summary>
    public Visitor At(App other)
    {
        var moved = new Visitor(other, headers) { FormToken = FormToken };
        foreach (var (name, value) in _cookies)
        {
            moved._cookies[name] = value;
        }
        return moved;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.BaseAddress, path));
        change?.Invoke(request);
        return await SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        PostRawAsync(path, [(PageContext.AntiforgeryField, FormToken), .. fields]);

    /// <summary>Without the antiforgery token, unless it is among the fields.</summary>
    public async Task<HttpResponseMessage> PostRawAsync(string path, params (string Name, string Value)[] fields) => await SendAsync(
        new(HttpMethod.Post, new Uri(app.BaseAddress, path))
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        });

    /// <summary>Sends a body of any type, with the antiforgery token in a header.</summary>
    public Task<HttpResponseMessage> PostAsAsync(string path, string? type, string body)
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return SendAsync(new(HttpMethod.Post, new Uri(app.BaseAddress, path))
        {
            Content = content,
            Headers = { { "RequestVerificationToken", FormToken } },
        });
    }

    /// <summary>Fills in the form that generates a token, from a page that was just opened.</summary>
    public async Task<HttpResponseMessage> GenerateAsync(params (string Name, string Value)[] fields)
    {
        await GetAsync("/settings/api-tokens");
        (string Name, string Value)[] usual =
            [("nonce", Hidden("nonce")), ("name", "A token"), ("scope", "Write"), ("access", "all"), ("expiry", "90d")];
        return await PostAsync(
            "/settings/api-tokens", [.. usual.ExceptBy(fields.Select(field => field.Name), field => field.Name), .. fields]);
    }

    /// <summary>The token that the last page shows.</summary>
    public string Token => ShownToken().Match(Html) is { Success: true } match ? match.Value
        : throw new InvalidOperationException("No token is shown: " + Html);

    public string Hidden(string name) =>
        Regex.Match(Html, $"name=\"{name}\" value=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var sent = request;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }
        var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            _cookies[pair[0]] = pair[1];
        }
        Html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (Hidden(PageContext.AntiforgeryField) is { Length: > 0 } token)
        {
            FormToken = token;
        }
        return response;
    }

    [GeneratedRegex("pln_[0-9A-Za-z]{38}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShownToken();
}
