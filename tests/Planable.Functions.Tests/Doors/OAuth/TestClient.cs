using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Planable.Functions.Tests.Settings;

namespace Planable.Functions.Tests.Doors.OAuth;

/// <summary>An app that connects as an assistant does: it registers, sends the person to consent, and exchanges the code.</summary>
sealed class TestClient(App app)
{
    public const string Redirect = "https://app.example/callback";

    static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public string Issuer { get; } = app.BaseAddress.GetLeftPart(UriPartial.Authority);

    public string Resource => Issuer + "/mcp";

    public string Id { get; set; } = "";

    public string Verifier { get; } = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789-._~", 64);

    public string Challenge => Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)))
        .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static async Task<TestClient> RegisteredAsync(App app, params string[] redirects)
    {
        var client = new TestClient(app);
        client.Id = (await client.RegisterAsync(new
        {
            client_name = "An assistant",
            redirect_uris = redirects.Length > 0 ? redirects : [Redirect],
        }).CreatedAsync()).Text("client_id");
        return client;
    }

    /// <summary>A company, its owner in a browser, and an app.</summary>
    public static async Task<(TestClient Client, Visitor Owner, TestCompany Company)> ReadyAsync(App app, int workspaces = 1)
    {
        var company = await TestCompany.CreateAsync(app, workspaces: workspaces);
        return (await RegisteredAsync(app), await Visitor.SignedInAsync(app, company, company.Owner), company);
    }

    public Task<HttpResponseMessage> RegisterAsync(object metadata) => Http.PostAsync(
        new Uri(Issuer + "/oauth/register"), new StringContent(Json.Text(metadata), Encoding.UTF8, "application/json"),
        TestContext.Current.CancellationToken);

    /// <summary>The query of a request for access. A change to null leaves a parameter out.</summary>
    public string Query(params (string Name, string? Value)[] changes)
    {
        (string Name, string? Value)[] usual =
        [
            ("response_type", "code"), ("client_id", Id), ("redirect_uri", Redirect), ("code_challenge", Challenge),
            ("code_challenge_method", "S256"), ("resource", Resource), ("state", "a state & more"), ("scope", "read write"),
        ];
        return "?" + string.Join('&', usual.ExceptBy(changes.Select(one => one.Name), one => one.Name).Concat(changes)
            .Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
    }

    /// <summary>What the browser gets where the app sends the person.</summary>
    public Task<HttpResponseMessage> AuthorizeAsync(string query) => new Visitor(app).GetAsync("/oauth/authorize" + query);

    /// <summary>A person consents, and the browser goes to the app.</summary>
    /// <param name="fields">What the person chooses; everything by default.</param>
    /// <returns>The parameters that the app gets.</returns>
    public async Task<Dictionary<string, string>> ConsentAsync(
        Visitor visitor, string? query = null, params (string Name, string Value)[] fields)
    {
        query ??= Query();
        (await visitor.GetAsync("/settings/apps/authorize" + query)).Dispose();
        using var answer = await visitor.PostAsync("/settings/apps/authorize" + query,
        [
            ("nonce", visitor.Hidden("nonce")), ("decision", "allow"),
            .. fields.Length > 0 ? fields :
            [
                ("access", "all"), ("scopes", "edit"), ("scopes", "approve"), ("scopes", "publish"), ("scopes", "analyze"),
                ("scopes", "engage"),
            ],
        ]);
        Assert.True(answer.StatusCode is HttpStatusCode.Redirect, visitor.Html);
        return Parameters(answer.Headers.Location!);
    }

    public static Dictionary<string, string> Parameters(Uri location)
    {
        var query = HttpUtility.ParseQueryString(location.Query);
        return query.AllKeys.ToDictionary(name => name!, name => query[name]!, StringComparer.Ordinal);
    }

    public Task<HttpResponseMessage> TokenAsync(params (string Name, string? Value)[] fields) => PostAsync("/oauth/token", fields);

    public Task<HttpResponseMessage> RevokeAsync(string token) => PostAsync("/oauth/revoke", ("token", token), ("client_id", Id));

    /// <summary>The fields that exchange a code. A change to null leaves one out.</summary>
    public (string, string?)[] Exchange(string? code, params (string Name, string? Value)[] changes) =>
    [
        .. new (string Name, string? Value)[]
        {
            ("grant_type", "authorization_code"), ("client_id", Id), ("code", code), ("redirect_uri", Redirect),
            ("code_verifier", Verifier), ("resource", Resource),
        }.ExceptBy(changes.Select(one => one.Name), one => one.Name), .. changes,
    ];

    public (string, string?)[] Refresh(string? token, params (string Name, string? Value)[] changes) =>
    [
        .. new (string Name, string? Value)[] { ("grant_type", "refresh_token"), ("client_id", Id), ("refresh_token", token) }
            .ExceptBy(changes.Select(one => one.Name), one => one.Name), .. changes,
    ];

    /// <summary>Tokens that a person just granted.</summary>
    public async Task<JsonNode> ConnectAsync(Visitor visitor, string? query = null, params (string Name, string Value)[] fields) =>
        await TokenAsync(Exchange((await ConsentAsync(visitor, query, fields))["code"])).OkAsync();

    /// <summary>The status of a call with a token.</summary>
    public async Task<HttpStatusCode> CallAsync(string token, string path = "/mcp")
    {
        using var request = new HttpRequestMessage(path is "/mcp" ? HttpMethod.Post : HttpMethod.Get, Issuer + path);
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        if (path is "/mcp")
        {
            request.Content = new StringContent(
                """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json");
        }
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    Task<HttpResponseMessage> PostAsync(string path, params (string Name, string? Value)[] fields) => Http.PostAsync(
        new Uri(Issuer + path),
        new FormUrlEncodedContent(
            fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!))),
        TestContext.Current.CancellationToken);
}
