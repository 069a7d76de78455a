metadata description = 'Planable.Functions: the function app and all it needs. Nothing here holds a key: the app is known to storage, vault and telemetry by its identity.'

@description('The region of all of it; Flex Consumption must be offered there.')
param location string = resourceGroup().location

@description('What the names of the resources begin with.')
@minLength(2)
@maxLength(9)
param name string = 'planable'

@description('Tags of all resources.')
param tags object = {}

@description('The environment of the Azure Developer CLI, as what belongs to it is tagged. Empty where another tool deploys.')
param environmentName string = ''

@description('The runtime of the function app, as the catalogue of Flex Consumption calls it: .NET in a process beside the host.')
param runtimeName string = 'dotnet-isolated'

@description('The runtime\'s version. Azure accepts one that is not in the region\'s catalogue, and the app then never starts: deploy.sh checks it.')
param runtimeVersion string = '10.0'

@description('Memory of an instance in MB, and with it its share of a processor.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('How many instances there may be: a limit to cost and to what storage is asked for.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Instances that are kept ready for calls, so that none waits for a start; each is paid for by the hour.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('How the data is replicated. Regions without zones have no ZRS.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Where callers reach the app, such as https://api.example.com, where that is not its own host name. A registration for sign-in must have its /.auth/login/aad/callback among the redirect URIs, too.')
param publicBaseUrl string = ''

@description('The header in which the front end says who calls, overwriting what a caller wrote there. X-Client-IP is App Service\'s own. Behind Azure Front Door, and closed to whoever comes another way, it is X-Azure-ClientIP.')
param clientAddressHeader string = 'X-Client-IP'

@description('Calls a minute: a token\'s reads, its writes, and an address\'s without a good token.')
param rateLimits { reads: int, writes: int, address: int } = { reads: 600, writes: 120, address: 60 }

@description('More app settings by their names, which the README explains.')
param settings { *: string } = {}

@description('The application id of the Entra registration by which people sign in to the settings; deploy.sh --sign-in makes one. Empty leaves sign-in as it is: off, the first time.')
param signInClientId string = ''

@description('The people or groups who run the operator\'s commands, by their object ids: they may change data and secrets, not the package.')
param operators { id: string, type: 'User' | 'Group' | 'ServicePrincipal' }[] = []

@description('Addresses that alerts are sent to.')
param alertEmails string[] = []

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Whether every call to storage is logged, to find out who read what. About 1 KB a call, and an API call makes up to five.')
param logStorageCalls bool = false

@description('Whether the app reaches storage and vault through a virtual network and private endpoints, which are paid for by the hour. The vault is then closed to the internet, also to operators outside the network.')
param privateNetwork bool = false

@description('With a private network: whether storage stays open to who has a signed link. Instagram, TikTok and Google fetch media by such links, and so do callers; false closes storage to all but the network.')
param storageOpenToLinks bool = true

@description('Whether to take back the vault of this name that went with a deleted resource group; it cannot be purged for 90 days, and its name not be used.')
param recoverVault bool = false

var suffix = uniqueString(resourceGroup().id, name)
var fullName = '${name}-${suffix}'
var storageName = 'st${toLower(replace(name, '-', ''))}${suffix}'
var vaultName = 'kv-${suffix}'
var insightsName = 'appi-${fullName}'
var stores = loadJsonContent('stores.json')
// The host goes by these names, and would make them itself if it might.
var hostContainers = ['azure-webjobs-hosts', 'azure-webjobs-secrets']
var packageContainer = 'packages'
var allTags = empty(environmentName) ? tags : union(tags, { 'azd-env-name': environmentName })

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${fullName}'
  location: location
  tags: allTags
}

resource packager 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${fullName}-package'
  location: location
  tags: allTags
}

module monitoring 'monitoring.bicep' = {
  params: {
    location: location
    tags: allTags
    workspaceName: 'log-${fullName}'
    insightsName: insightsName
    retentionDays: logRetentionDays
  }
}

module storage 'storage.bicep' = {
  params: {
    location: location
    tags: allTags
    name: storageName
    sku: storageSku
    tables: stores.tables
    queues: stores.queues
    containers: concat(stores.containers, hostContainers, [packageContainer])
    temporary: stores.temporary
    open: !privateNetwork || storageOpenToLinks
    workspaceId: monitoring.outputs.workspaceId
    logCalls: logStorageCalls
  }
}

module vault 'vault.bicep' = {
  params: {
    location: location
    tags: allTags
    name: vaultName
    open: !privateNetwork
    recover: recoverVault
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'network.bicep' = if (privateNetwork) {
  params: {
    location: location
    tags: allTags
    name: fullName
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module access 'access.bicep' = {
  params: {
    storageName: storageName
    vaultName: vaultName
    insightsName: insightsName
    app: identity.properties.principalId
    packager: packager.properties.principalId
    operators: operators
    dataContainers: stores.containers
    hostContainers: hostContainers
    packageContainer: packageContainer
  }
  dependsOn: [storage, vault, monitoring]
}

module app 'app.bicep' = {
  params: {
    location: location
    tags: allTags
    name: fullName
    runtimeName: runtimeName
    runtimeVersion: runtimeVersion
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    identityId: identity.id
    packagerId: packager.id
    identityClientId: identity.properties.clientId
    storageName: storageName
    packageContainerUrl: '${storage.outputs.blobUrl}${packageContainer}'
    vaultUri: vault.outputs.uri
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    publicBaseUrl: publicBaseUrl
    clientAddressHeader: clientAddressHeader
    rateLimits: rateLimits
    settings: settings
    subnetId: network.?outputs.appSubnetId
    workspaceId: monitoring.outputs.workspaceId
  }
  // The host reads storage when it starts.
  dependsOn: [access]
}

module signIn 'sign-in.bicep' = if (!empty(signInClientId)) {
  params: {
    appName: fullName
    clientId: signInClientId
  }
  dependsOn: [app]
}

module alerts 'alerts.bicep' = {
  params: {
    location: location
    tags: allTags
    name: name
    workspaceId: monitoring.outputs.workspaceId
    emails: alertEmails
  }
}

@description('The function app\'s name.')
output appName string = fullName

@description('Where the app is by its own host name: the API\'s base URL is this and /api/v1, its reference /api/v1/docs, the settings /settings.')
output url string = app.outputs.url

@description('Where callers reach the app: PublicBaseUrl for the operator\'s commands, which print links.')
output publicUrl string = empty(publicBaseUrl) ? app.outputs.url : publicBaseUrl

@description('Where Entra sends people who have signed in: the redirect URI of the registration.')
output signInRedirectUri string = '${app.outputs.url}/.auth/login/aad/callback'

@description('The principal that the registration trusts in place of a secret, and that data rights are given to.')
output identityPrincipalId string = identity.properties.principalId

@description('AzureWebJobsStorage__accountName for the operator\'s commands.')
output storageAccountName string = storageName

@description('KeyVault__vaultUri for the operator\'s commands.')
output vaultUri string = vault.outputs.uri
