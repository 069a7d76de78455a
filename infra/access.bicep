metadata description = 'Role assignments: built-in roles, each on the one resource that it is needed for.'

param storageName string
param vaultName string
param insightsName string

@description('The app\'s identity.')
param app string

@description('The identity with which Azure stores and fetches the app\'s package.')
param packager string

param operators { id: string, type: string }[]

@description('The containers of the app\'s data.')
param dataContainers string[]

@description('The containers of the Functions host, which uses the app\'s identity.')
param hostContainers string[]

param packageContainer string

var queueDataContributor = '974c5e8b-45b9-4653-ba55-00fb56deea7a'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
// The narrowest built-in role that may set a secret. With purge protection nobody can purge one.
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

var appItself = { id: app, type: 'ServicePrincipal' }
var people = concat([appItself], operators)

// Tables and queues hold the app's data, except those in which the host records failures; the host creates them as it needs them.
// The host lists the account's containers to check the storage's health, and the app signs links to media with a key from the account
// (generateUserDelegationKey). Blob Data Reader allows both and no writes; no built-in role that may list can read less.
var accountGrants = concat(
  flatten(map(people, person => map([queueDataContributor, tableDataContributor], role => { to: person, role: role }))),
  [{ to: appItself, role: blobDataReader }]
)

// Media: the app writes and deletes it, and so does an operator's storage check when it repairs.
// Host containers: locks of timers and instances, and keys. The templates create these containers, because the app may create none.
// Package: whoever deploys sends it to Azure, which stores it as the packager. The app's own identity cannot replace its code.
var containerGrants = concat(
  flatten(map(people, person => map(dataContainers, container => { to: person, container: container }))),
  map(hostContainers, container => { to: appItself, container: container }),
  [{ to: { id: packager, type: 'ServicePrincipal' }, container: packageContainer }]
)

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: storageName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = [
  for grant in containerGrants: { name: '${storageName}/default/${grant.container}' }
]

resource data 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in accountGrants: {
    scope: storage
    name: guid(storage.id, grant.to.id, grant.role)
    properties: {
      principalId: grant.to.id
      principalType: grant.to.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
    }
  }
]

resource blobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, i) in containerGrants: {
    scope: containers[i]
    name: guid(containers[i].id, grant.to.id, blobDataContributor)
    properties: {
      principalId: grant.to.id
      principalType: grant.to.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    }
  }
]

resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for person in people: {
    scope: vault
    name: guid(vault.id, person.id, secretsOfficer)
    properties: {
      principalId: person.id
      principalType: person.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
    }
  }
]

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, app, metricsPublisher)
  properties: {
    principalId: app
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}
