namespace Planable.Platform.Http;

/// <summary>The API reference, for whoever describes the API's operations elsewhere.</summary>
interface IApiDocument
{
    /// <summary>The OpenAPI document as JSON. It is made at the first call.</summary>
    Task<string> ReadAsync();
}
