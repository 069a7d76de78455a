using Microsoft.AspNetCore.Http;
using Planable.Networks;

namespace Planable.Functions.Tests.Networks.Meta;

/// <summary>
/// What Instagram and Threads have in common: containers with states, of which each is published once, tokens that renew themselves, and
/// the errors of the Graph API.
/// </summary>
public abstract class FakeContainers : FakeServer
{
    protected sealed record Container(string Id, IReadOnlyDictionary<string, string> Fields)
    {
        public string State { get; set; } = "FINISHED";

        public string? Reason { get; set; }

        public int Polls { get; set; }

        public string this[string name] => Fields.GetValueOrDefault(name, "");
    }

    protected sealed record Item(string Id, string Text, DateTimeOffset At, Container Of);

    readonly List<Item> _items = [];
    int _number = 1_000;

    protected IDictionary<string, Container> Containers { get; } = new Dictionary<string, Container>(StringComparer.Ordinal);

    protected IReadOnlyList<Item> Items => _items;

    public string Access { get; private set; } = "token-1";

    /// <summary>How often a container is still in progress when it is asked for.</summary>
    public int Polls { get; set; }

    /// <summary>The state of new containers, if it is not FINISHED, and its reason.</summary>
    public (string State, string? Reason)? Becomes { get; set; }

    /// <summary>The newest posts that the list does not have yet.</summary>
    public int Lag { get; set; }

    internal override NetworkGrant Grant => new("17840", Access) { Username = "acme", RefreshToken = Access };

    public override string[] Visible => [.. Items.Select(item => item.Text)];

    public string[] Prepared => [.. Containers.Keys];

    public void Set(string container, string state) => Containers[container].State = state;

    public void Forget(string container) => Containers.Remove(container);

    /// <summary>A post that somebody else made.</summary>
    public void Has(string text, DateTimeOffset at) => _items.Add(new(NewId(), text, at, new("", new Dictionary<string, string>())));

    protected abstract string Prefix { get; }

    protected abstract string Version { get; }

    protected abstract string Edge { get; }

    protected abstract bool IsTaken(Container one);

    protected abstract object Status(Container container);

    protected abstract IResult? More(Sent sent, string[] path);

    protected virtual IResult? Limit => null;

    protected string NewId() => $"{++_number}";

    protected static IResult Error(int code, int subcode = 0, int status = 400) => Status(
        status, new
        {
            error = new { message = "Raw words of Meta token-1", type = "OAuthException", code, error_subcode = subcode, fbtrace_id = "A" },
        });

    protected static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", provider: null);

    protected override IResult? Handle(Sent sent)
    {
        var path = sent.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (sent.Method, path) switch
        {
            ("POST", ["oauth", "access_token"]) => Code(sent.Form),
            ("GET", ["access_token"]) => Exchange(sent.Parameters),
            ("GET", ["refresh_access_token"]) => Refresh(sent.Parameters),
            (_, [var version, ..]) when version != Version => null,
            _ when sent.Bearer != Access => Error(190, 463, 401),
            ("POST", [_, "17840", var edge]) when edge == Edge => Create(sent.Form),
            ("POST", [_, "17840", var edge]) when edge == Edge + "_publish" => Publish(sent.Form["creation_id"]),
            ("GET", [_, var id]) when Containers.ContainsKey(id) => Ask(Containers[id]),
            ("GET", [_, var id]) when _items.Exists(item => item.Id == id) => Ok(Shown(_items.Find(item => item.Id == id)!)),
            ("GET", [_, var id]) when id.All(char.IsAsciiDigit) && id != "17840" => Error(100, 33),
            _ => More(sent, path[1..]),
        };
    }

    protected object Shown(Item item) => new
    {
        id = item.Id,
        caption = item.Text,
        text = item.Text,
        timestamp = Time(item.At),
        permalink = $"https://{Network}.example/p/{item.Id}",
    };

    IResult Code(IReadOnlyDictionary<string, string> form) =>
        form["client_id"] == "app-id" && form["client_secret"] == "app-secret" && form["grant_type"] == "authorization_code"
        && form["redirect_uri"] == "https://app.example.com/back" && form["code"] == "code-1"
            ? Ok(new { access_token = "brief-1", user_id = 17840, permissions = "all" })
            : Status(400, new { error_type = "OAuthException", code = 400, error_message = "Invalid authorization code" });

    IResult Exchange(IReadOnlyDictionary<string, string> query) =>
        query["grant_type"] == Prefix + "_exchange_token" && query["client_secret"] == "app-secret" && query["access_token"] == "brief-1"
            ? Ok(new { access_token = Access, token_type = "bearer", expires_in = 5_184_000 }) : Error(190);

    IResult Refresh(IReadOnlyDictionary<string, string> query)
    {
        if (query["grant_type"] != Prefix + "_refresh_token" || query["access_token"] != Access)
        {
            return Error(190);
        }
        Access = $"token-{NewId()}";
        return Ok(new { access_token = Access, token_type = "bearer", expires_in = 5_184_000 });
    }

    IResult Create(IReadOnlyDictionary<string, string> form)
    {
        var made = new Container(NewId(), form)
        {
            Polls = Polls,
            State = Becomes?.State ?? "FINISHED",
            Reason = Becomes?.Reason,
        };
        var children = made["children"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!IsTaken(made) || (made["media_type"] == "CAROUSEL" && children.Length < 2)
            || children.Any(id => !Containers.TryGetValue(id, out var child) || child["is_carousel_item"] != "true" || child.Polls > 0
                || child.State != "FINISHED"))
        {
            return Error(100);
        }
        Containers[made.Id] = made;
        return Ok(new { id = made.Id });
    }

    IResult Ask(Container container)
    {
        if (container.Polls > 0)
        {
            container.Polls--;
            return Ok(Status(container with { State = "IN_PROGRESS" }));
        }
        return Ok(Status(container));
    }

    IResult Publish(string id)
    {
        if (!Containers.TryGetValue(id, out var container))
        {
            return Error(24, 2207006);
        }
        if (container.Polls > 0 || container.State != "FINISHED" || container["is_carousel_item"] == "true")
        {
            return container.State == "EXPIRED" ? Error(24, 2207008) : Error(9007, 2207027);
        }
        if (Limit is { } full)
        {
            return full;
        }
        container.State = "PUBLISHED";
        var item = new Item(
            NewId(), container["caption"] + container["text"], TimeProvider.System.GetUtcNow(), container);
        _items.Add(item);
        return Ok(new { id = item.Id });
    }
}
