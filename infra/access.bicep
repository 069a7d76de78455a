metadata description = 'Who may do what: built-in roles, each on the one resource it is needed for.'

param storageName string
param vaultName string
param insightsName string
param app string
param operators { id: string, type: string }[]

// A Blob Data Contributor may also ask for the key that signs links (generateUserDelegationKey), so a Blob Delegator is not needed beside it.
var storageRoles = {
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-00fb56deea7a'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
// Nothing built in is narrower and may set a secret. With purge protection nobody can purge one.
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

var people = concat([{ id: app, type: 'ServicePrincipal' }], operators)
var storageGrants = flatten(map(people, person => map(items(storageRoles), role => { to: person, role: role.value })))

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: storageName }
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = { name: vaultName }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource data 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in storageGrants: {
    scope: storage
    name: guid(storage.id, grant.to.id, grant.role)
    properties: {
      principalId: grant.to.id
      principalType: grant.to.type
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.role)
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
