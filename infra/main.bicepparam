using 'main.bicep'

// What is left out keeps its default; main.bicep describes each parameter.
param name = 'planable'

// As `az functionapp list-flexconsumption-runtimes --runtime dotnet-isolated` has them; deploy.sh looks.
param runtimeName = 'dotnet-isolated'
param runtimeVersion = '10.0'

// Who is told when something is wrong, and who runs the operator's commands: `az ad signed-in-user show --query id`.
param alertEmails = []
param operators = []

// deploy.sh --sign-in sets it; `azd env set SIGN_IN_CLIENT_ID` keeps it for azd.
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')

// azd sets it.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', '')
