using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Infra;

/// <summary>Who reaches what is deployed: over the internet, or only from a network.</summary>
public sealed class TemplateNetworkTests : IAsyncLifetime
{
    const string Storage = "Microsoft.Storage/storageAccounts", Vault = "Microsoft.KeyVault/vaults", App = "Microsoft.Web/sites";

    Templates _templates = null!;

    public async ValueTask InitializeAsync() => _templates = await Templates.ReadAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Without_a_network_everything_is_reached_by_who_has_a_right()
    {
        Assert.Equal("Enabled", _templates.Default.PropertiesOf(Storage).Text("publicNetworkAccess"));
        Assert.Equal("Enabled", _templates.Default.PropertiesOf(Vault).Text("publicNetworkAccess"));
        Assert.DoesNotContain(_templates.Default.All, one => one.Text("type").StartsWith("Microsoft.Network/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_private_network_closes_the_vault_and_leaves_links_to_media_open()
    {
        Assert.Equal(("Disabled", "Deny"), Access(_templates.Open.PropertiesOf(Vault)));
        Assert.Equal(("Enabled", "Allow"), Access(_templates.Open.PropertiesOf(Storage)));
        Assert.Equal(["blob", "queue", "table", "vault"], _templates.Open.Of("Microsoft.Network/privateEndpoints").Select(GroupOf));
        Assert.Contains("appSubnetId", _templates.Open.PropertiesOf(App).Text("virtualNetworkSubnetId"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_fetches_by_links_storage_is_closed_too() =>
        Assert.Equal(("Disabled", "Deny"), Access(_templates.Closed.PropertiesOf(Storage)));

    [Fact]
    public void Every_private_endpoint_has_its_name_in_the_network()
    {
        Assert.Equal(4, _templates.Open.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Length);
        Assert.Equal(4, _templates.Open.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Length);
        Assert.Equal(["blob", "queue", "table", "vaultcore"],
            _templates.Open.Names("Microsoft.Network/privateDnsZones").Select(zone => zone.Split('.')[1]));
    }

    static (string, string) Access(JsonNode properties) =>
        (properties.Text("publicNetworkAccess"), properties["networkAcls"]!.Text("defaultAction"));

    static string GroupOf(JsonNode endpoint) =>
        endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!["groupIds"]![0]!.GetValue<string>();
}
