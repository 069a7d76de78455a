using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// Logging, and asking a client for its capability to sample, are deprecated, but still part of what the suite tests.
#pragma warning disable MCP9004, MCP9005, MCP9006, MCP9007

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>The tools that the suite calls by name.</summary>
static class ConformanceTools
{
    /// <summary>A picture and a sound need only be bytes here.</summary>
    public static readonly byte[] Bytes = [0x89, .. "PNG\r\n"u8];

    public static readonly McpServerTool[] All =
    [
        Tool("test_simple_text", () => "This is a simple text response for testing."),
        Tool("test_image_content", () => ImageContentBlock.FromBytes(Bytes, "image/png")),
        Tool("test_audio_content", () => AudioContentBlock.FromBytes(Bytes, "audio/wav")),
        Tool("test_embedded_resource", () => Embedded("test://embedded-resource", "This is an embedded resource content.")),
        Tool("test_multiple_content_types", () => new ContentBlock[]
        {
            new TextContentBlock { Text = "Multiple content types test:" },
            ImageContentBlock.FromBytes(Bytes, "image/png"),
            Embedded("test://mixed-content-resource", """{"test":"data","value":123}""", "application/json"),
        }),
        Tool("test_error_handling", string () => throw new McpException("This tool intentionally returns an error for testing")),
        Tool("test_tool_with_logging", LogAsync),
        Tool("test_tool_with_progress", ProgressAsync),
        Tool("test_header_tool", ([McpHeader("Region")] string region, string query) => $"{query} in {region}"),
        Tool("test_missing_capability", (RequestContext<CallToolRequestParams> context) =>
            context.Server.ClientCapabilities?.Sampling is not null ? "The client can sample."
            : throw new MissingRequiredClientCapabilityException(new() { Sampling = new() }, "This tool samples.")),
        Tool("test_streaming_elicitation", () => "This answer is all that is streamed."),
        Tool("test_logging_tool", (RequestContext<CallToolRequestParams> context) =>
        {
            using var logs = context.Server.AsClientLoggerProvider();
            Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(logs.CreateLogger("test"), "Only who asked for it gets this.");
            return "Logged.";
        }),
        Schema(),
    ];

    public static EmbeddedResourceBlock Embedded(string uri, string text, string type = "text/plain") =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };

    public static McpServerTool Tool(string name, Delegate does) =>
        McpServerTool.Create(does, new() { Name = name, Description = "The suite calls it." });

    /// <summary>The stateless server keeps no level between calls, so it sends what it has.</summary>
    static async Task<string> LogAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancel)
    {
        foreach (var text in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            await context.Server.SendNotificationAsync(
                NotificationMethods.LoggingMessageNotification,
                new LoggingMessageNotificationParams { Level = LoggingLevel.Info, Data = JsonSerializer.SerializeToElement(text) },
                cancellationToken: cancel);
        }
        return "Logged three times.";
    }

    static async Task<string> ProgressAsync(RequestContext<CallToolRequestParams> context, CancellationToken cancel)
    {
        if (context.Params?.ProgressToken is { } token)
        {
            foreach (var progress in (int[])[0, 50, 100])
            {
                await context.Server.NotifyProgressAsync(token, new() { Progress = progress, Total = 100 }, cancellationToken: cancel);
            }
        }
        return "Done.";
    }

    /// <summary>A schema with words that a server may not drop.</summary>
    static McpServerTool Schema()
    {
        var tool = Tool("json_schema_2020_12_tool", () => "Called.");
        using var schema = JsonDocument.Parse("""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "$defs": {
                "address": {
                  "$anchor": "addressDef",
                  "type": "object",
                  "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
                }
              },
              "properties": {
                "name": { "type": "string" },
                "address": { "$ref": "#/$defs/address" },
                "contactMethod": { "type": "string", "enum": ["phone", "email"] },
                "phone": { "type": "string" },
                "email": { "type": "string" }
              },
              "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
              "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
              "then": { "required": ["phone"] },
              "else": { "required": ["email"] },
              "additionalProperties": false
            }
            """);
        tool.ProtocolTool.InputSchema = schema.RootElement.Clone();
        return tool;
    }
}
