metadata description = 'A network for the app, with private endpoints for storage and vault.'

param location string
param tags object
param name string
param storageId string
param vaultId string

var endpoints = [
  { service: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}', target: storageId }
  { service: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}', target: storageId }
  { service: 'table', zone: 'privatelink.table.${environment().suffixes.storage}', target: storageId }
  { service: 'vault', zone: 'privatelink.vaultcore.azure.net', target: vaultId }
]

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: 'vnet-${name}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.42.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.42.0.0/24'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.42.1.0/24', privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  }

  resource appSubnet 'subnets' existing = { name: 'app' }
  resource endpointSubnet 'subnets' existing = { name: 'endpoints' }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, i) in endpoints: {
    parent: zone[i]
    name: 'app'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

resource privateEndpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for endpoint in endpoints: {
    name: 'pe-${name}-${endpoint.service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
      privateLinkServiceConnections: [
        { name: endpoint.service, properties: { privateLinkServiceId: endpoint.target, groupIds: [endpoint.service] } }
      ]
    }
  }
]

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoint[i]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: endpoint.service, properties: { privateDnsZoneId: zone[i].id } }] }
  }
]

output appSubnetId string = network::appSubnet.id
