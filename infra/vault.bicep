metadata description = 'The vault for tokens, the credentials of pages, and the keys that protect forms.'

param location string
param tags object
@minLength(3)
@maxLength(24)
param name string

@description('Whether the internet reaches it.')
param open bool

@description('Whether to recover a deleted vault of this name.')
param recover bool

param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: recover ? 'recover' : 'default'
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: open ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: open ? 'Allow' : 'Deny'
      bypass: 'None'
    }
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'audit', enabled: true }] }
}

output id string = vault.id
output uri string = vault.properties.vaultUri
