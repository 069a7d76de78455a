using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Company.Workspaces;

/// <summary>Workspaces as callers send and get them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewWorkspace))]
[JsonSerializable(typeof(WorkspaceEdit))]
[JsonSerializable(typeof(Data<WorkspaceResponse>))]
[JsonSerializable(typeof(Items<WorkspaceResponse>))]
sealed partial class WorkspaceApiJson : JsonSerializerContext;
