metadata description = 'Alerts for problems that need attention at once.'

param location string
param tags object
param name string
param workspaceId string
param emails string[]

// QueueWatch logs the first two every 15 minutes for as long as they last. The app itself sends logs and spans, with OpenTelemetry: its
// log lines are in AppTraces, by category and event. The host's lines there have their category in another property.
var rules = [
  {
    name: 'poison'
    text: 'Messages failed repeatedly. They are in a poison queue and need an operator.'
    severity: 1
    query: 'AppTraces | where Properties.CategoryName == "Planable.Operate.QueueWatch" and Properties.EventName == "LogPoison"'
    periods: 1
  }
  {
    name: 'queue-age'
    text: 'Messages wait too long: work that calls have queued is late.'
    severity: 2
    query: 'AppTraces | where Properties.CategoryName == "Planable.Operate.QueueWatch" and Properties.EventName == "LogLate"'
    // A message that was sent with a delay looks old at the moment it becomes visible.
    periods: 2
  }
  {
    name: 'failures'
    text: 'More than 2 % of calls, and more than five, failed with a server error.'
    severity: 1
    // The app sends a request for each call. The host's requests, for failed runs of functions, have no HTTP status.
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
      // The tables do not exist before the first telemetry.
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
