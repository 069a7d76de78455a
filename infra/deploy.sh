#!/usr/bin/env bash
# Deploys Planable.Functions to a resource group, or updates it. Safe to run again, also after a failure.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
parameters="$here/main.bicepparam"
# How long to retry, in seconds: new role assignments take effect only after some minutes.
patience=${DEPLOY_PATIENCE:-600} pause=${DEPLOY_PAUSE:-10}

usage() {
  cat << 'TEXT'
Usage: infra/deploy.sh RESOURCE_GROUP [--location REGION] [--package FOLDER] [--sign-in]

  --location REGION   the region of the resource group, if it does not exist yet
  --package FOLDER    the whole output folder of `dotnet publish functions`, with its
                      hidden folder; by default the script publishes the app
  --sign-in           register the app with Entra ID, so that people can sign in to the settings

It deploys infra/main.bicep with the parameters of infra/main.bicepparam.
TEXT
}

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

read_arguments() {
  group='' location='' package='' sign_in=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit ;;
      --sign-in) sign_in=yes ;;
      --location | --package)
        [ $# -gt 1 ] || fail "$1 needs a value."
        if [ "$1" = --location ]; then location=$2; else package=$2; fi
        shift
        ;;
      -*) fail "Unknown option $1." "$(usage)" ;;
      *) group=$1 ;;
    esac
    shift
  done
  [ -n "$group" ] || fail "The resource group is missing." "$(usage)"
}

check_tools() {
  command -v az > /dev/null || fail "This needs the Azure CLI, az: https://aka.ms/azure-cli"
  local tool
  for tool in zip curl; do
    command -v "$tool" > /dev/null || fail "This needs $tool, which is not installed."
  done
  [ -n "$package" ] || command -v dotnet > /dev/null || fail "This needs the .NET SDK, or --package with an app that was published elsewhere."
  az account show > /dev/null 2>&1 || fail "You are not signed in to Azure. Run az login, and az account set --subscription if you have several subscriptions."
}

# Runs az. If a right is missing, also says which role gives it.
azure() {
  if az "$@" 2> "$work/errors"; then
    return
  fi
  cat "$work/errors" >&2
  if grep -qiE 'AuthorizationFailed|authorization failed|does not have (authorization|permission)|insufficient privileges' "$work/errors"; then
    case "$*" in
      ad\ *) fail "Registering the app requires a role in Entra ID, such as Application Developer. Without --sign-in it is not required." ;;
      group\ create*) fail "Creating the resource group requires the role Contributor in the subscription. Ask somebody who has it to create the group, then run this again." ;;
      provider\ *) fail "Somebody with the role Contributor in the subscription must once run: az provider register --namespace Microsoft.App" ;;
      *) fail "Deploying requires two roles in the resource group: Contributor, and Role Based Access Control Administrator to give roles to the app's identity." ;;
    esac
  fi
  return 1
}

# Retries until the command succeeds or the time is over.
retry() {
  local end=$((SECONDS + patience))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep "$pause"
  done
}

prepare_group() {
  if [ "$(azure group exists --name "$group")" != true ]; then
    [ -n "$location" ] || fail "The resource group $group does not exist. Give --location to create it."
    azure group create --name "$group" --location "$location" --output none
  fi
  location=$(azure group show --name "$group" --query location --output tsv)
  if [ "$(azure provider show --namespace Microsoft.App --query registrationState --output tsv)" != Registered ]; then
    say "Registering Microsoft.App, which Flex Consumption needs"
    azure provider register --namespace Microsoft.App --wait
  fi
}

# Azure accepts any version, but an app with a wrong one never starts.
check_runtime() {
  local runtime name version versions
  runtime=$(azure deployment group validate --resource-group "$group" --parameters "$parameters" \
    --query 'properties.parameters.[runtimeName.value, runtimeVersion.value]' --output tsv)
  read -r name version <<< "${runtime//$'\n'/ }"
  versions=$(azure functionapp list-flexconsumption-runtimes --location "$location" --runtime "$name" \
    --query '[].sku.functionAppConfigProperties.runtime.version' --output tsv)
  grep -qxF -- "$version" <<< "$versions" || fail "Flex Consumption in $location does not offer version $version of the runtime $name. It offers: ${versions//$'\n'/, }" \
    "Set runtimeVersion in infra/main.bicepparam."
}

provision() {
  say "Provisioning $group in $location"
  local outputs
  outputs=$(azure deployment group create --name planable --resource-group "$group" --parameters "$parameters" \
    --query 'properties.outputs.[appName.value, url.value, publicUrl.value, identityPrincipalId.value, storageAccountName.value, vaultUri.value]' --output tsv)
  read -r app url public principal storage vault <<< "${outputs//$'\n'/ }"
}

# Registers an application that trusts the app's identity, so it needs no secret.
register_sign_in() {
  local callback=/.auth/login/aad/callback
  SIGN_IN_CLIENT_ID=$(azure ad app list --filter "displayName eq '$app'" --query '[0].appId' --output tsv)
  if [ -z "$SIGN_IN_CLIENT_ID" ]; then
    local redirects=("$url$callback")
    [ "$public" = "$url" ] || redirects+=("${public%/}$callback")
    SIGN_IN_CLIENT_ID=$(azure ad app create --display-name "$app" --sign-in-audience AzureADMyOrg --enable-id-token-issuance true \
      --web-redirect-uris "${redirects[@]}" --query appId --output tsv)
  fi
  export SIGN_IN_CLIENT_ID
  # It takes a while until a new application is found everywhere.
  retry trust_identity || fail "The registration $SIGN_IN_CLIENT_ID does not trust the app's identity yet, so nobody can sign in. Run this again."
}

trust_identity() {
  local issuer known
  issuer="https://login.microsoftonline.com/$(azure account show --query tenantId --output tsv)/v2.0" || return 1
  known=$(azure ad app federated-credential list --id "$SIGN_IN_CLIENT_ID" --query "length([?subject=='$principal'])" --output tsv) || return 1
  [ "$known" != 0 ] || (azure ad app federated-credential create --id "$SIGN_IN_CLIENT_ID" --output none --parameters \
    "{\"name\":\"function-app\",\"issuer\":\"$issuer\",\"subject\":\"$principal\",\"audiences\":[\"api://AzureADTokenExchange\"]}")
}

pack() {
  if [ -z "$package" ]; then
    say "Publishing"
    package="$work/package"
    dotnet publish "$here/../functions" --output "$package" --verbosity quiet
  fi
  local part
  # The files that the host needs. Without some of them it starts, but has no functions.
  for part in host.json worker.config.json functions.metadata extensions.json .azurefunctions Planable.Functions.dll; do
    [ -e "$package/$part" ] || fail "$package is not the output of dotnet publish functions: $part is missing."
  done
  # Includes the hidden folder, but not a developer's own settings, which may contain keys.
  (cd "$package" && zip --quiet --recurse-paths -X "$work/app.zip" . --exclude local.settings.json)
}

upload() {
  azure functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$work/app.zip" --output none
}

answers() {
  local path=$1 expected=$2 status
  status=$(curl --silent --output /dev/null --max-time 30 --write-out '%{http_code}' "$url$path") || true
  last="$url$path answers $status, not $expected"
  [ "$status" = "$expected" ]
}

smoke_test() {
  retry answers /api/health 200 || fail "$last: the app does not run. Its log is in Application Insights."
  retry answers /api/health/ready 200 || fail "$last: the app does not reach its storage or vault, or the storage needs planable storage upgrade. New role assignments can take longer; run this again."
  answers /api/v1/ping 401 || fail "$last: a call without a token must be refused."
}

read_arguments "$@"
check_tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prepare_group
check_runtime
pack
provision
if [ -n "$sign_in" ]; then
  register_sign_in
  provision
fi
say "Deploying to $app"
retry upload || fail "The package could not be deployed."
smoke_test
cat << TEXT
It runs. The API is at $url/api/v1, its reference at $url/api/v1/docs.
To run the operator's commands:
  AzureWebJobsStorage__accountName=$storage KeyVault__vaultUri=$vault PublicBaseUrl=$public \\
    dotnet run --project infra/cli -- storage check
TEXT
