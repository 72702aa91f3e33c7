metadata description = 'The identity under which the app runs. It is user-assigned so that its roles exist before the app starts for the first time, and outlive a rebuilt app.'

@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Name, by which other modules look it up.')
output name string = identity.name

@description('Object id, to which roles are assigned.')
output principalId string = identity.properties.principalId
