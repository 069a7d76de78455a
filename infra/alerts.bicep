metadata description = 'What somebody should be told of at once.'

param location string
param tags object
param name string
param workspaceId string
param emails string[]

// QueueWatch logs the first two every quarter of an hour for as long as they last. The app sends lines and spans by itself, with
// OpenTelemetry: its lines are in AppTraces, by category and event. What the host writes there names its category otherwise.
var rules = [
  {
    name: 'poison'
    text: 'Messages failed again and again and wait in a poison queue for somebody to look at them.'
    severity: 1
    query: 'AppTraces | where Properties.CategoryName == "Planable.Operate.QueueWatch" and Properties.EventName == "LogPoison"'
    periods: 1
  }
  {
    name: 'queue-age'
    text: 'Messages wait too long: what calls were promised is late.'
    severity: 2
    query: 'AppTraces | where Properties.CategoryName == "Planable.Operate.QueueWatch" and Properties.EventName == "LogLate"'
    // A message that was sent to be seen later looks old in the moment it is seen.
    periods: 2
  }
  {
    name: 'failures'
    text: 'More than one in fifty calls, and more than five, failed for our own reasons.'
    severity: 1
    // The app sends a request for each call. Runs of functions, of which the host tells where they fail, have no status of HTTP.
    query: '''AppRequests
| extend Status = toint(ResultCode)
| where Status between (100 .. 599)
| summarize Failed = sumif(ItemCount, Status >= 500), Calls = sum(ItemCount)
| where Failed > 5 and Failed * 50 > Calls'''
    periods: 1
  }
]

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: take(name, 12)
    emailReceivers: [for (email, i) in emails: { name: 'mail-${i}', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${name}: ${rule.name}'
      description: rule.text
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      // Before the first telemetry there are no tables.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: rule.periods, minFailingPeriodsToAlert: rule.periods }
          }
        ]
      }
      actions: { actionGroups: empty(emails) ? [] : [mail.id] }
    }
  }
]
