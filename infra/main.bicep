metadata description = 'ClockFunctions in one resource group: the function app, its storage, events, monitoring and, if asked for, a private network. The Event Grid subscriptions are in events.bicep, because they need a key that exists only after the code is deployed.'

targetScope = 'subscription'

@description('Name of the environment. It names the resource group and, hashed with the subscription and location, every resource.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of every resource. It must offer Flex Consumption with .NET 10 (`az functionapp list-flexconsumption-locations --runtime dotnet-isolated`).')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('The label that the classifier answers about: a folder of the `training` container.')
@minLength(1)
param target string = 'clock'

@description('Further settings of the `Classifier` section by name, for example `{ Training__QuietPeriod: \'00:00:10\' }`. The README lists them.')
param classifier object = {}

@description('When the training container is compared with what the models saw, as an NCRONTAB expression. Events start trainings at once; this finds what they missed, and deletions, of which there are no events.')
@minLength(9)
param reconcileSchedule string = '0 */5 * * * *'

@description('Memory of one instance in MB. A 2,048 MB instance has one core, a 4,096 MB one two. 512 MB is not offered: a training would not fit.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances the app may grow to: the ceiling on what a flood of images can cost.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances kept warm for HTTP. 0 costs nothing at rest and makes the first request after an idle time a cold start.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Instances kept warm for blob events. 0 costs nothing at rest; then the first event after an idle time may be refused by a host that is still starting, and waits in `dead-letter` for the timer to make up for it.')
@minValue(0)
@maxValue(20)
param alwaysReadyBlobInstances int = 0

@description('Spread the instances over availability zones. The platform then keeps two instances warm for each group that scales by itself, and bills them. Take a `storageSku` with ZRS beside it.')
param zoneRedundant bool = false

@description('What a deployment does to running instances: `Recreate` ends what they do at once; `RollingUpdate`, a preview, replaces them in batches and lets each finish.')
@allowed(['Recreate', 'RollingUpdate'])
param updateStrategy string = 'Recreate'

@description('Start workers from the platform\'s prepared processes, which makes cold starts shorter. Off, if they crash (docs/operations.md).')
param placeholders bool = true

@description('Requests that one instance scores at a time before another is added. A score keeps a core busy, so a small number gives steady latency.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 4

@description('Replication of the storage account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Days a deleted blob, or a replaced version of one, can still be recovered.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 7

@description('Days that logs are kept in Log Analytics. The first 31 are included in the price of ingestion.')
@allowed([30, 60, 90, 120, 180, 365, 730])
param logRetentionDays int = 30

@description('Ceiling on what Log Analytics takes in, in GB a day: a runaway log stops costing there.')
@minValue(1)
@maxValue(100)
param logDailyQuotaGB int = 1

@description('Keep the storage account off the public internet: a virtual network, private endpoints for blobs and queues, and a firewall that lets in nothing else. The HTTP API stays public, as Event Grid delivers to it.')
param privateNetwork bool = false

@description('Public IPv4 addresses or CIDR ranges that may reach the storage account in spite of `privateNetwork`, for example an office that uploads photos. Ignored without `privateNetwork`.')
param allowedIpRanges array = []

@description('Mail address that the alerts go to. Empty: alerts fire, and are seen in the portal only.')
param alertEmail string = ''

@description('Server-side time in milliseconds that the 95th percentile of scores may take before an alert fires.')
@minValue(50)
@maxValue(60000)
param latencyAlertMilliseconds int = 2000

@description('Object id of the person or group who may upload images, and read and clear the poison queue. Empty: nobody but the app.')
param operatorPrincipalId string = ''

@description('What `operatorPrincipalId` is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('Tags for every resource, beside `azd-env-name`, by which azd finds what it made, and `application`.')
param tags object = {}

var resourceToken = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { application: 'ClockFunctions', 'azd-env-name': environmentName })

// Short, as storage account names have 24 characters, and stable, as everything else is found by them.
var names = {
  resourceGroup: 'rg-${environmentName}'
  identity: 'id-${resourceToken}'
  storage: 'st${resourceToken}'
  plan: 'plan-${resourceToken}'
  functionApp: 'func-${resourceToken}'
  workspace: 'log-${resourceToken}'
  insights: 'appi-${resourceToken}'
  topic: 'evgt-${resourceToken}'
  network: 'vnet-${resourceToken}'
}

resource resourceGroup 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.resourceGroup
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: resourceGroup
  params: {
    name: names.identity
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: resourceGroup
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGB: logDailyQuotaGB
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: resourceGroup
  params: {
    name: names.storage
    location: location
    tags: allTags
    sku: storageSku
    softDeleteDays: softDeleteDays
    closed: privateNetwork
    allowedIpRanges: allowedIpRanges
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: resourceGroup
  params: {
    name: names.network
    location: location
    tags: allTags
    storageName: storage.outputs.name
  }
}

module topic 'modules/topic.bicep' = {
  name: 'topic'
  scope: resourceGroup
  params: {
    name: names.topic
    location: location
    tags: allTags
    storageName: storage.outputs.name
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: resourceGroup
  params: {
    storageName: storage.outputs.name
    deadLetterContainer: storage.outputs.deadLetterContainer
    insightsName: monitoring.outputs.insightsName
    appPrincipalId: identity.outputs.principalId
    topicPrincipalId: topic.outputs.principalId
    operatorPrincipalId: operatorPrincipalId
    operatorPrincipalType: operatorPrincipalType
  }
}

module app 'modules/functionapp.bicep' = {
  name: 'functionapp'
  scope: resourceGroup
  // The host reads its deployment and takes its leases at the first start, so its roles come first.
  dependsOn: [roles]
  params: {
    planName: names.plan
    name: names.functionApp
    location: location
    tags: allTags
    identityName: identity.outputs.name
    storageName: storage.outputs.name
    deploymentContainer: storage.outputs.deploymentContainer
    insightsName: monitoring.outputs.insightsName
    subnetId: network.?outputs.appSubnetId ?? ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    alwaysReadyBlobInstances: alwaysReadyBlobInstances
    zoneRedundant: zoneRedundant
    updateStrategy: updateStrategy
    placeholders: placeholders
    httpConcurrency: httpConcurrency
    target: target
    classifier: classifier
    reconcileSchedule: reconcileSchedule
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: resourceGroup
  params: {
    location: location
    tags: allTags
    workspaceName: monitoring.outputs.workspaceName
    topicName: topic.outputs.name
    email: alertEmail
    latencyMilliseconds: latencyAlertMilliseconds
  }
}

@description('The resource group that holds everything: what `azd down` deletes.')
output AZURE_RESOURCE_GROUP string = resourceGroup.name

@description('The function app that azd deploys to.')
output AZURE_FUNCTION_APP_NAME string = app.outputs.name

@description('Where the HTTP API answers.')
output SERVICE_API_URI string = app.outputs.uri

@description('The storage account that holds images and models.')
output AZURE_STORAGE_ACCOUNT_NAME string = storage.outputs.name

@description('The blob endpoint, for `clocks push`.')
output AZURE_STORAGE_BLOB_ENDPOINT string = storage.outputs.blobEndpoint

@description('The system topic that events.bicep subscribes to.')
output EVENTGRID_TOPIC_NAME string = topic.outputs.name
