metadata description = 'App Service Authentication: people sign in to the settings with Entra ID. All other endpoints check their callers themselves.'

param appName string

@description('The application id of the registration. It has no secret: it trusts the app\'s identity.')
param clientId string

resource app 'Microsoft.Web/sites@2024-11-01' existing = { name: appName }

resource signIn 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    httpSettings: { requireHttps: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // These paths need a token, a secret link, a signature or nothing; the code decides.
      excludedPaths: [
        '/api/*'
        '/share/*'
        '/mcp'
        '/hooks/*'
        '/.well-known/*'
        '/oauth/token'
        '/oauth/revoke'
        '/oauth/register'
      ]
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: { allowedAudiences: [clientId, 'api://${clientId}'] }
      }
    }
    login: {
      tokenStore: { enabled: false }
      nonce: { validateNonce: true, nonceExpirationInterval: '00:05:00' }
      cookieExpiration: { convention: 'FixedTime', timeToExpiration: '08:00:00' }
    }
  }
}
