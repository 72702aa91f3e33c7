metadata description = 'The Flex Consumption plan and the app on it.'

@description('Name of the plan.')
param planName string

@description('Name of the app.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('The user-assigned identity that the app runs under.')
param identityName string

@description('The storage account for the host, the images and the models.')
param storageName string

@description('The container that the package is deployed to.')
param deploymentContainer string

@description('The Application Insights component.')
param insightsName string

@description('Subnet to integrate with. Empty: none.')
param subnetId string

@description('Memory of one instance in MB.')
param instanceMemoryMB int

@description('The most instances.')
param maximumInstanceCount int

@description('Instances kept warm for HTTP.')
param alwaysReadyInstances int

@description('Instances kept warm for blob events.')
param alwaysReadyBlobInstances int

@description('Spread instances over availability zones.')
param zoneRedundant bool

@description('What a deployment does to running instances.')
param updateStrategy string

@description('Start workers from the platform\'s prepared processes.')
param placeholders bool

@description('Requests that one instance serves at a time.')
param httpConcurrency int

@description('The label that the classifier answers about.')
param target string

@description('Further settings of the `Classifier` section, by name.')
param classifier object

@description('Schedule of the timer that reconciles.')
param reconcileSchedule string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

// Flex Consumption refuses FUNCTIONS_WORKER_RUNTIME and its like: the runtime is in functionAppConfig.
var hostSettings = {
  AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: account.properties.primaryEndpoints.queue
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  ReconcileSchedule: reconcileSchedule
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
}

var platformSettings = placeholders ? {} : { WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED: '0' }

// `Target` of the Classifier section is the environment variable Classifier__Target.
var classifierSettings = toObject(
  items(union({ Target: target }, classifier)),
  entry => 'Classifier__${entry.key}',
  entry => string(entry.value)
)

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd deploys the service `api` of azure.yaml to the resource with this tag.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      #disable-next-line BCP037 // the service takes it; the compiler's description of it does not have it yet
      siteUpdateStrategy: { type: updateStrategy }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: concat(
          alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : [],
          alwaysReadyBlobInstances > 0 ? [{ name: 'blob', instanceCount: alwaysReadyBlobInstances }] : []
        )
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(classifierSettings, platformSettings, hostSettings)
  }

  // Deployments carry an Entra token; user name and password are off.
  resource ftpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource deploymentPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

@description('Name of the app.')
output name string = app.name

@description('Where it answers.')
output uri string = 'https://${app.properties.defaultHostName}'
