metadata description = 'One storage account: tables, queues, media, and the host\'s data. Access by account key is off.'

param location string
param tags object
@minLength(3)
@maxLength(24)
param name string
param sku string
param tables string[]

@description('The queues, without their poison queues.')
param queues string[]

param containers string[]

@description('Temporary blobs: a container and name prefix, and how many days after their last change they are deleted.')
param temporary { prefix: string, days: int }[]

@description('Whether the internet reaches it.')
param open bool

param workspaceId string

@description('Whether every call is logged.')
param logCalls bool

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    publicNetworkAccess: open ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: open ? 'Allow' : 'Deny'
      bypass: 'None'
    }
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'

  resource table 'tables' = [for table in tables: { name: table }]
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'

  resource queue 'queues' = [for queue in queues: { name: queue }]

  // The host moves messages that fail repeatedly to a queue of this name.
  resource poisonQueue 'queues' = [for queue in queues: { name: '${queue}-poison' }]
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }

  resource container 'containers' = [
    for container in containers: {
      name: container
      properties: { publicAccess: 'None' }
    }
  ]
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = if (!empty(temporary)) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        for (blobs, i) in temporary: {
          name: 'temporary-${i}'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: [blobs.prefix] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: blobs.days } } }
          }
        }
      ]
    }
  }
}

resource tableLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logCalls) {
  scope: tableService
  name: 'calls'
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

resource queueLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logCalls) {
  scope: queueService
  name: 'calls'
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

resource blobLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logCalls) {
  scope: blobService
  name: 'calls'
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

output id string = account.id
output blobUrl string = account.properties.primaryEndpoints.blob
