# Subscribes the deployed app to the events of its storage account. azd runs it after each deployment;
# run it again after rotating the key `blobs_extension`. Needs the Azure CLI, signed in.
$ErrorActionPreference = 'Stop'

foreach ($name in 'AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP', 'AZURE_FUNCTION_APP_NAME', 'EVENTGRID_TOPIC_NAME', 'AZURE_STORAGE_ACCOUNT_NAME') {
    if (-not [Environment]::GetEnvironmentVariable($name)) {
        throw "$name is not set: run it through azd, or set what azd env get-values prints."
    }
}

# The blob extension makes its key when the app starts with the new code for the first time, which may
# be some minutes after the deployment.
$tries = 30
while (-not (az functionapp keys list --subscription $env:AZURE_SUBSCRIPTION_ID --resource-group $env:AZURE_RESOURCE_GROUP `
            --name $env:AZURE_FUNCTION_APP_NAME --query systemKeys.blobs_extension --output tsv)) {
    if (--$tries -eq 0) {
        throw 'The app has no blobs_extension key after 5 minutes: it did not start with its blob triggers. See its log stream.'
    }
    Start-Sleep -Seconds 10
}

az deployment group create --subscription $env:AZURE_SUBSCRIPTION_ID --resource-group $env:AZURE_RESOURCE_GROUP `
    --name clocks-events --template-file (Join-Path $PSScriptRoot 'events.bicep') --output none `
    --parameters functionAppName=$env:AZURE_FUNCTION_APP_NAME topicName=$env:EVENTGRID_TOPIC_NAME storageName=$env:AZURE_STORAGE_ACCOUNT_NAME
if ($LASTEXITCODE -ne 0) { throw 'The deployment of events.bicep failed.' }
Write-Host "Events of training and inbox go to $env:AZURE_FUNCTION_APP_NAME."
