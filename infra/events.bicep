metadata description = 'The Event Grid subscriptions that start the blob triggers. Deployed after the code: the webhook\'s key is made by the blob extension when the app starts with it for the first time. Deploy it again after rotating that key.'

@description('The function app, deployed and started.')
param functionAppName string

@description('The system topic of the storage account.')
param topicName string

@description('The storage account that undelivered events are written to.')
param storageName string

// Container -> function that listens to it; a test holds both against the triggers in functions/.
var subscriptions = [
  { name: 'training', container: 'training', function: 'IngestTraining' }
  { name: 'inbox', container: 'inbox', function: 'ScoreInbox' }
]

// Event Grid's own default and maximum: 30 attempts with growing pauses over a day, then a dead letter.
var maxDeliveryAttempts = 30
var eventTimeToLiveInMinutes = 1440

var deadLetterContainer = 'dead-letter'

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

// Read here rather than passed in, so that the key is in no command line, log or deployment input.
var webhook = 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs'
var key = listKeys('${app.id}/host/default', '2025-03-01').systemKeys.blobs_extension

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for item in subscriptions: {
    parent: topic
    name: item.name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        // With the closing slash `training` does not match a container `training-old`.
        subjectBeginsWith: '/blobServices/default/containers/${item.container}/'
        isSubjectCaseSensitive: true
      }
      destination: {
        endpointType: 'WebHook'
        properties: {
          endpointUrl: '${webhook}?functionName=Host.Functions.${item.function}&code=${key}'
          maxEventsPerBatch: 1
        }
      }
      retryPolicy: {
        maxDeliveryAttempts: maxDeliveryAttempts
        eventTimeToLiveInMinutes: eventTimeToLiveInMinutes
      }
      deadLetterWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: account.id, blobContainerName: deadLetterContainer }
        }
      }
    }
  }
]
