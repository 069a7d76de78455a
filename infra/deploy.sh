#!/usr/bin/env bash
# Puts Planable.Functions into a resource group, or brings up to date what is there. Safe to run again, also after it failed half-way.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
parameters="$here/main.bicepparam"
# How long to go on where Azure takes its time: rights that were just given count after some minutes.
patience=${DEPLOY_PATIENCE:-600} pause=${DEPLOY_PAUSE:-10}

usage() {
  cat << 'TEXT'
Usage: infra/deploy.sh RESOURCE_GROUP [--location REGION] [--package FOLDER] [--sign-in]

  --location REGION   where to make the resource group, if it is not there
  --package FOLDER    what `dotnet publish functions` laid out, all of it: one folder in it is hidden;
                      without it the script publishes
  --sign-in           register the app with Entra ID, for people to sign in to the settings

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
      -*) fail "There is no option $1." "$(usage)" ;;
      *) group=$1 ;;
    esac
    shift
  done
  [ -n "$group" ] || fail "Which resource group?" "$(usage)"
}

check_tools() {
  command -v az > /dev/null || fail "This needs the Azure CLI, az: https://aka.ms/azure-cli"
  local tool
  for tool in zip curl; do
    command -v "$tool" > /dev/null || fail "This needs $tool, which is not installed."
  done
  [ -n "$package" ] || command -v dotnet > /dev/null || fail "This needs the .NET SDK, or --package with what was published elsewhere."
  az account show > /dev/null 2>&1 || fail "Nobody is signed in to Azure: run az login, and az account set --subscription where there are several."
}

# Runs az, and says what is missing where Azure only says which right.
azure() {
  if az "$@" 2> "$work/errors"; then
    return
  fi
  cat "$work/errors" >&2
  if grep -qiE 'AuthorizationFailed|authorization failed|does not have (authorization|permission)|insufficient privileges' "$work/errors"; then
    case "$*" in
      ad\ *) fail "Registering the app takes the right to do so in Entra ID, such as the role Application Developer. Without --sign-in it is not needed." ;;
      group\ create*) fail "Making the resource group takes the role Contributor in the subscription. Have somebody make it, and name it here." ;;
      provider\ *) fail "Somebody with the role Contributor in the subscription must once run: az provider register --namespace Microsoft.App" ;;
      *) fail "Deploying takes two roles in the resource group: Contributor, and Role Based Access Control Administrator, for the app's identity is given rights." ;;
    esac
  fi
  return 1
}

# Until it succeeds, or patience ends.
insist() {
  local end=$((SECONDS + patience))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep "$pause"
  done
}

prepare_group() {
  if [ "$(azure group exists --name "$group")" != true ]; then
    [ -n "$location" ] || fail "There is no resource group $group: say --location to have it made."
    azure group create --name "$group" --location "$location" --output none
  fi
  location=$(azure group show --name "$group" --query location --output tsv)
  if [ "$(azure provider show --namespace Microsoft.App --query registrationState --output tsv)" != Registered ]; then
    say "Registering Microsoft.App, which Flex Consumption runs on"
    azure provider register --namespace Microsoft.App --wait
  fi
}

# Azure takes any version, and an app with a wrong one never starts.
check_runtime() {
  local runtime name version versions
  runtime=$(azure deployment group validate --resource-group "$group" --parameters "$parameters" \
    --query 'properties.parameters.[runtimeName.value, runtimeVersion.value]' --output tsv)
  read -r name version <<< "${runtime//$'\n'/ }"
  versions=$(azure functionapp list-flexconsumption-runtimes --location "$location" --runtime "$name" \
    --query '[].sku.functionAppConfigProperties.runtime.version' --output tsv)
  grep -qxF -- "$version" <<< "$versions" || fail "Flex Consumption in $location does not have version $version of the runtime $name, but: ${versions//$'\n'/, }" \
    "Set runtimeVersion in infra/main.bicepparam."
}

provision() {
  say "Provisioning $group in $location"
  local outputs
  outputs=$(azure deployment group create --name planable --resource-group "$group" --parameters "$parameters" \
    --query 'properties.outputs.[appName.value, url.value, publicUrl.value, identityPrincipalId.value, storageAccountName.value, vaultUri.value]' --output tsv)
  read -r app url public principal storage vault <<< "${outputs//$'\n'/ }"
}

# An application that trusts the app's identity, so that it needs no secret.
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
  # A new application is not found everywhere at once.
  insist trust_identity || fail "The registration $SIGN_IN_CLIENT_ID does not trust the app's identity yet, so nobody can sign in. Run this again."
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
  # What the host looks for. It starts without some of it, and then has no functions.
  for part in host.json worker.config.json functions.metadata extensions.json .azurefunctions Planable.Functions.dll; do
    [ -e "$package/$part" ] || fail "$package is not what dotnet publish functions lays out: it has no $part."
  done
  # The hidden folder goes along; a developer's own settings, which may hold keys, do not.
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
  insist answers /api/health 200 || fail "$last: the app does not run. Its log is in Application Insights."
  insist answers /api/health/ready 200 || fail "$last: the app does not reach its storage or vault, or the storage needs planable storage upgrade. Rights that were just given can take longer; run this again."
  answers /api/v1/ping 401 || fail "$last: who has no token must be refused."
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
insist upload || fail "The package could not be deployed."
smoke_test
cat << TEXT
It runs. The API is at $url/api/v1, its reference at $url/api/v1/docs.
The operator's commands reach it with
  AzureWebJobsStorage__accountName=$storage KeyVault__vaultUri=$vault PublicBaseUrl=$public \\
    dotnet run --project infra/cli -- storage check
TEXT
