metadata description = 'The function app: Linux, Flex Consumption, a .NET isolated worker.'

param location string
param tags object
param name string
param runtimeName string
param runtimeVersion string
param instanceMemory int
param maximumInstances int
param alwaysReadyInstances int
param identityId string

@description('The identity with which Azure stores the package and fetches it for an instance.')
param packagerId string

param identityClientId string
param storageName string
param packageContainerUrl string
param vaultUri string
param insightsConnectionString string
param publicBaseUrl string
param clientAddressHeader string
param rateLimits { reads: int, writes: int, address: int }
param smtpUrl string
param smtpFrom string

@description('Additional app settings.')
param settings { *: string }

@description('The subnet for the app\'s outbound calls; null without a network.')
param subnetId string?

param workspaceId string

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  // azd deploys the service of this name in azure.yaml here.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    // Two identities protect the package from mistakes only: code that runs in the app could get a token of either.
    userAssignedIdentities: { '${identityId}': {}, '${packagerId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      runtime: { name: runtimeName, version: runtimeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: packagerId }
        }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      // The tests compare these with the settings that the code reads.
      appSettings: concat(
        [
          { name: 'AzureWebJobsStorage__accountName', value: storageName }
          { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
          { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
          { name: 'KeyVault__vaultUri', value: vaultUri }
          { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnectionString }
          { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
          { name: 'PublicBaseUrl', value: publicBaseUrl }
          { name: 'ClientAddressHeader', value: clientAddressHeader }
          { name: 'RateLimits__Reads', value: string(rateLimits.reads) }
          { name: 'RateLimits__Writes', value: string(rateLimits.writes) }
          { name: 'RateLimits__Address', value: string(rateLimits.address) }
          { name: 'Smtp__Url', value: smtpUrl }
          { name: 'Smtp__From', value: smtpFrom }
          // App Service Authentication uses this identity instead of a client secret.
          { name: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID', value: identityClientId }
        ],
        map(items(settings), setting => { name: setting.key, value: setting.value })
      )
    }
  }
}

// Deployment needs an Entra token; publishing passwords are off.
resource ftpPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'log'
  properties: { workspaceId: workspaceId, logs: [{ category: 'FunctionAppLogs', enabled: true }] }
}

output url string = 'https://${app.properties.defaultHostName}'
