using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>The prompts that the suite asks for by name.</summary>
static class ConformancePrompts
{
    public static readonly McpServerPrompt[] All =
    [
        Prompt("test_simple_prompt", () => "This is a simple prompt for testing."),
        Prompt("test_prompt_with_arguments", (string arg1, string arg2) => $"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"),
        Prompt("test_prompt_with_embedded_resource", (string resourceUri) => new[]
        {
            Says(ConformanceTools.Embedded(resourceUri, "Embedded resource content for testing.")),
            Says(new TextContentBlock { Text = "Please process the embedded resource above." }),
        }),
        Prompt("test_prompt_with_image", () => new[]
        {
            Says(ImageContentBlock.FromBytes(ConformanceTools.Bytes, "image/png")),
            Says(new TextContentBlock { Text = "Please analyze the image above." }),
        }),
    ];

    public static McpServerPrompt Prompt(string name, Delegate makes) =>
        McpServerPrompt.Create(makes, new() { Name = name, Description = "The suite asks for it." });

    public static PromptMessage Says(ContentBlock content) => new() { Role = Role.User, Content = content };
}

/// <summary>The resources that the suite reads.</summary>
static class ConformanceResources
{
    public static readonly McpServerResource[] All =
    [
        Resource("test://static-text", "text/plain", () => "This is the content of the static text resource."),
        Resource("test://static-binary", "image/png", () =>
            BlobResourceContents.FromBytes(ConformanceTools.Bytes, "test://static-binary", "image/png")),
        Resource("test://template/{id}/data", "application/json", (string id) =>
            $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}"""),
        Resource("test://watched-resource", "text/plain", () => "It does not change."),
    ];

    static McpServerResource Resource(string uri, string type, Delegate reads) =>
        McpServerResource.Create(reads, new() { UriTemplate = uri, Name = uri, MimeType = type, Description = "The suite reads it." });
}
