using 'main.bicep'

// Other parameters keep their defaults; main.bicep describes each one.
param name = 'planable'

// As listed by `az functionapp list-flexconsumption-runtimes --runtime dotnet-isolated`; deploy.sh checks this.
param runtimeName = 'dotnet-isolated'
param runtimeVersion = '10.0'

// The e-mail addresses for alerts, and the object ids of operators (yours: `az ad signed-in-user show --query id`).
param alertEmails = []
param operators = []

// deploy.sh --sign-in sets it; `azd env set SIGN_IN_CLIENT_ID` keeps it for azd.
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')

// azd sets it.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', '')
