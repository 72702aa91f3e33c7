metadata description = 'The one storage account: images, models, the host\'s own state, the deployed package and undelivered events. No shared keys, no anonymous access.'

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Replication.')
param sku string

@description('Days a deleted blob can still be recovered.')
param softDeleteDays int

@description('Refuse everything that comes over the public endpoint, but for trusted Azure services and `allowedIpRanges`.')
param closed bool

@description('Public IPv4 addresses or CIDR ranges let through when `closed`.')
param allowedIpRanges array

@description('The Log Analytics workspace that queue writes are logged to.')
param workspaceId string

// The storage contract of the project, held against StorageContainers in core by a test.
var contractContainers = ['training', 'inbox', 'scores', 'quarantine', 'models']
var deploymentContainerName = 'app-package'
var deadLetterContainerName = 'dead-letter'
var containers = concat(contractContainers, [deploymentContainerName, deadLetterContainerName])

// Undelivered events are for looking into a fault; reconciliation needs none of them.
var deadLetterDays = 30

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    encryption: {
      requireInfrastructureEncryption: true
      keySource: 'Microsoft.Storage'
      services: {
        blob: { enabled: true }
        queue: { enabled: true, keyType: 'Account' }
      }
    }
    // Enabled with a firewall that denies, not Disabled: the exception for trusted services is documented
    // for selected networks, and Event Grid needs it to write dead letters.
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: closed ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
      ipRules: [for range in (closed ? allowedIpRanges : []): { value: range, action: 'Allow' }]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
      containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    }

    resource container 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queues 'queueServices' = {
    name: 'default'
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'forget-dead-letters'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${deadLetterContainerName}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: deadLetterDays } } }
            }
          }
        ]
      }
    }
  }
}

// The only trace of a poison message that the platform itself leaves; alerts.bicep asks for it.
resource queueWrites 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'queue-writes'
  scope: account::queues
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }]
  }
}

@description('Name of the account.')
output name string = account.name

@description('The blob endpoint, ending in `/`.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('The container that the app\'s package is deployed to.')
output deploymentContainer string = deploymentContainerName

@description('The container that undelivered events are written to.')
output deadLetterContainer string = deadLetterContainerName
