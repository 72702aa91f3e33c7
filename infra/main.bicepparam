// What azd hands over: `azd env set NAME value` sets any of these. Names without a comment are azd's own.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'clocks')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param operatorPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param operatorPrincipalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')

// The label that the classifier answers about.
param target = readEnvironmentVariable('CLOCKS_TARGET', 'clock')

// Where alerts go.
param alertEmail = readEnvironmentVariable('CLOCKS_ALERT_EMAIL', '')

// true: virtual network and private endpoints.
param privateNetwork = bool(readEnvironmentVariable('CLOCKS_PRIVATE_NETWORK', 'false'))
