#!/bin/sh
# Subscribes the deployed app to the events of its storage account. azd runs it after each deployment;
# run it again after rotating the key `blobs_extension`. Needs the Azure CLI, signed in.
set -eu

: "${AZURE_SUBSCRIPTION_ID:?run it through azd, or set what azd env get-values prints}"
: "${AZURE_RESOURCE_GROUP:?}" "${AZURE_FUNCTION_APP_NAME:?}" "${EVENTGRID_TOPIC_NAME:?}" "${AZURE_STORAGE_ACCOUNT_NAME:?}"

# The blob extension makes its key when the app starts with the new code for the first time, which may
# be some minutes after the deployment.
tries=30
until [ -n "$(az functionapp keys list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
    --name "$AZURE_FUNCTION_APP_NAME" --query systemKeys.blobs_extension --output tsv 2>/dev/null)" ]; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then
    echo "The app has no blobs_extension key after 5 minutes: it did not start with its blob triggers. See its log stream." >&2
    exit 1
  fi
  sleep 10
done

az deployment group create --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
  --name clocks-events --template-file "$(dirname "$0")/events.bicep" --output none \
  --parameters functionAppName="$AZURE_FUNCTION_APP_NAME" topicName="$EVENTGRID_TOPIC_NAME" storageName="$AZURE_STORAGE_ACCOUNT_NAME"
echo "Events of training and inbox go to $AZURE_FUNCTION_APP_NAME."
