metadata description = 'The system topic that storage publishes blob events to. Its own identity writes the events that could not be delivered.'

@description('Name of the system topic.')
param name string

@description('Region; it must be the storage account\'s.')
param location string

@description('Tags.')
param tags object

@description('The storage account whose events these are.')
param storageName string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

@description('Name of the topic.')
output name string = topic.name

@description('Object id of its identity.')
output principalId string = topic.identity.principalId
