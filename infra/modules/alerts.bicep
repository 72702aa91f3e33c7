metadata description = 'What somebody should be woken for, asked every fifteen minutes: of the logs, and of the topic whether it gave up on an event.'

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('The Log Analytics workspace that is asked.')
param workspaceName string

@description('The system topic whose undelivered events are watched.')
param topicName string

@description('Mail address to notify. Empty: none.')
param email string

@description('What the 95th percentile of scores may take, in milliseconds.')
param latencyMilliseconds int

// Fewer scores than this in a window say nothing about a percentile or a rate.
var enoughScores = 20

var rules = [
  {
    name: 'training-failed'
    title: 'A training failed'
    description: 'A training ended with an exception. The old model goes on serving; the timer tries again.'
    severity: 2
    query: 'AppMetrics | where Name == "clocks.trainings" and tostring(Properties["outcome"]) == "failed" and Sum > 0'
  }
  {
    name: 'poison-message'
    title: 'A blob was given up on'
    description: 'A blob event failed five times and went to the poison queue. docs/operations.md says how to look and replay.'
    severity: 2
    query: 'StorageQueueLogs | where OperationName == "PutMessage" and Uri contains "blobtrigger-poison"'
  }
  {
    name: 'scoring-errors'
    title: 'Scores fail'
    description: 'More than 1 % of the scores of a window, and at least two, were answered with a 5xx.'
    severity: 1
    query: 'AppRequests | where Url has "/api/score" | summarize Total = count(), Failed = countif(toint(ResultCode) >= 500) | where Failed >= 2 and Failed * 100 > Total'
  }
  {
    name: 'scoring-latency'
    title: 'Scores are slow'
    description: 'The 95th percentile of the time that a score took is over the limit.'
    severity: 3
    query: 'AppRequests | where Url has "/api/score" | summarize Total = count(), P95 = percentile(DurationMs, 95) | where Total >= ${enoughScores} and P95 > ${latencyMilliseconds}'
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'clocks-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'clocks'
    enabled: true
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'clocks-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspace.id]
      // Every 15 minutes costs a third of every five.
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      // The tables appear with the first row in them, so a fresh workspace would refuse the queries.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [recipients.id] }
    }
  }
]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

// The topic counts what it writes to the dead-letter container: no log of every write to storage is needed to see it.
resource undelivered 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'clocks-dead-letter'
  location: 'global'
  tags: tags
  properties: {
    description: 'Event Grid gave up on an event and wrote it to the container dead-letter. The timer makes up for it; docs/operations.md says why it happens.'
    severity: 3
    enabled: true
    scopes: [topic.id]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-lettered'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: 'DeadLetteredCount'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: empty(email) ? [] : [{ actionGroupId: recipients.id }]
  }
}
