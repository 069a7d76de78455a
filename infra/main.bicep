metadata description = 'Planable.Functions: the function app and all it needs. There are no keys: the app uses its identity for storage, vault and telemetry.'

@description('The region of all resources; it must offer Flex Consumption.')
param location string = resourceGroup().location

@description('The prefix of the resource names.')
@minLength(2)
@maxLength(9)
param name string = 'planable'

@description('Tags of all resources.')
param tags object = {}

@description('The environment of the Azure Developer CLI, as a tag on its resources. Empty if another tool deploys.')
param environmentName string = ''

@description('The runtime of the function app, by its name in the catalogue of Flex Consumption: .NET in a process beside the host.')
param runtimeName string = 'dotnet-isolated'

@description('The runtime\'s version. Azure accepts a version that is not in the region\'s catalogue, but then the app never starts; deploy.sh checks this.')
param runtimeVersion string = '10.0'

@description('Memory of an instance in MB; its share of a processor grows with it.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('The maximum number of instances; it limits cost and the load on storage.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Instances that are always ready for calls, so that no call waits for a start; each is billed by the hour.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('How the data is replicated. Regions without zones have no ZRS.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('The address of the app for callers, such as https://api.example.com, if it is not the app\'s own host name. The redirect URIs of a registration for sign-in must then include its /.auth/login/aad/callback.')
param publicBaseUrl string = ''

@description('The header in which the front end passes the caller\'s IP address, overwriting what the caller sent. App Service uses X-Client-IP. Use X-Azure-ClientIP behind Azure Front Door, if the app can be reached only through it.')
param clientAddressHeader string = 'X-Client-IP'

@description('Calls per minute: reads and writes of a token, and calls of an IP address without a valid token.')
param rateLimits { reads: int, writes: int, address: int } = { reads: 600, writes: 120, address: 60 }

@description('The mail server, such as smtps://user@example.com:465, or smtp://user@example.com:587 for STARTTLS. Its password is the secret smtp-password of the vault. Empty: no mail is sent.')
param smtpUrl string = ''

@description('The sender of mails, such as Planable <planable@example.com>, if it is not the user in smtpUrl.')
param smtpFrom string = ''

@description('More app settings by name; the README describes them.')
param settings { *: string } = {}

@description('The application id of the Entra registration with which people sign in to the settings; deploy.sh --sign-in creates one. Empty leaves sign-in unchanged; at first it is off.')
param signInClientId string = ''

@description('The object ids of the people or groups who run the operator\'s commands. They may change data and secrets, but not the package.')
param operators { id: string, type: 'User' | 'Group' | 'ServicePrincipal' }[] = []

@description('E-mail addresses that alerts are sent to.')
param alertEmails string[] = []

@description('How many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Whether every call to storage is logged, to find out who read what. A line has about 1 KB, and an API call makes up to five storage calls.')
param logStorageCalls bool = false

@description('Whether the app reaches storage and vault through a virtual network and private endpoints, which are billed by the hour. The vault is then closed to the internet, also to operators outside the network.')
param privateNetwork bool = false

@description('With a private network: whether storage can still be reached from the internet with a signed link. Instagram, TikTok and Google fetch media by such links, and so do callers. false closes storage to all but the network.')
param storageOpenToLinks bool = true

@description('Whether to recover the vault of this name that was deleted with its resource group; for 90 days it cannot be purged and its name cannot be reused.')
param recoverVault bool = false

var suffix = uniqueString(resourceGroup().id, name)
var fullName = '${name}-${suffix}'
var storageName = 'st${toLower(replace(name, '-', ''))}${suffix}'
var vaultName = 'kv-${suffix}'
var insightsName = 'appi-${fullName}'
var stores = loadJsonContent('stores.json')
// The host uses these names. It would create the containers itself if it had the right.
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
    smtpUrl: smtpUrl
    smtpFrom: smtpFrom
    settings: settings
    subnetId: network.?outputs.appSubnetId
    workspaceId: monitoring.outputs.workspaceId
  }
  // The host reads storage when it starts, so it needs its roles first.
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

@description('The app\'s address by its own host name. Below it are the API at /api/v1, its reference at /api/v1/docs, and the settings at /settings.')
output url string = app.outputs.url

@description('The address of the app for callers: PublicBaseUrl for the operator\'s commands, which print links.')
output publicUrl string = empty(publicBaseUrl) ? app.outputs.url : publicBaseUrl

@description('The redirect URI of the registration, to which Entra sends people who have signed in.')
output signInRedirectUri string = '${app.outputs.url}/.auth/login/aad/callback'

@description('The principal that the registration trusts instead of a secret, and that has the data roles.')
output identityPrincipalId string = identity.properties.principalId

@description('AzureWebJobsStorage__accountName for the operator\'s commands.')
output storageAccountName string = storageName

@description('KeyVault__vaultUri for the operator\'s commands.')
output vaultUri string = vault.outputs.uri
