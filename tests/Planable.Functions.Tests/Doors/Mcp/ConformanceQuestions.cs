using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// Sampling is deprecated, but still part of what the suite tests; requests for input are new.
#pragma warning disable MCP9004, MCP9005, MCP9006, MCP9007, MCPEXP001

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>The tools that ask a client of 2025-11-25 while it waits: a server without sessions cannot do that.</summary>
static class ConformanceQuestions
{
    public static readonly McpServerTool[] All =
    [
        ConformanceTools.Tool("test_sampling", (RequestContext<CallToolRequestParams> context, string prompt) =>
            Answered(context, ConformanceInputs.Sample(prompt))),
        ConformanceTools.Tool("test_elicitation", (RequestContext<CallToolRequestParams> context, string message) =>
            Answered(context, Ask(message, """
                {
                  "type": "object",
                  "properties": {
                    "username": { "type": "string", "description": "User's response" },
                    "email": { "type": "string", "description": "User's email address" }
                  },
                  "required": ["username", "email"]
                }
                """))),
        ConformanceTools.Tool("test_elicitation_sep1034_defaults", (RequestContext<CallToolRequestParams> context) =>
            Answered(context, Ask("Please tell.", """
                {
                  "type": "object",
                  "properties": {
                    "name": { "type": "string", "default": "John Doe" },
                    "age": { "type": "integer", "default": 30 },
                    "score": { "type": "number", "default": 95.5 },
                    "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
                    "verified": { "type": "boolean", "default": true }
                  }
                }
                """))),
        ConformanceTools.Tool("test_elicitation_sep1330_enums", (RequestContext<CallToolRequestParams> context) =>
            Answered(context, Ask("Please choose.", """
                {
                  "type": "object",
                  "properties": {
                    "untitledSingle": { "type": "string", "enum": ["option1", "option2", "option3"] },
                    "titledSingle": {
                      "type": "string",
                      "oneOf": [
                        { "const": "value1", "title": "First Option" },
                        { "const": "value2", "title": "Second Option" },
                        { "const": "value3", "title": "Third Option" }
                      ]
                    },
                    "legacyEnum": {
                      "type": "string",
                      "enum": ["opt1", "opt2", "opt3"],
                      "enumNames": ["Option One", "Option Two", "Option Three"]
                    },
                    "untitledMulti": { "type": "array", "items": { "type": "string", "enum": ["option1", "option2", "option3"] } },
                    "titledMulti": {
                      "type": "array",
                      "items": {
                        "anyOf": [
                          { "const": "value1", "title": "First Choice" },
                          { "const": "value2", "title": "Second Choice" },
                          { "const": "value3", "title": "Third Choice" }
                        ]
                      }
                    }
                  }
                }
                """))),
    ];

    static string Answered(RequestContext<CallToolRequestParams> context, InputRequest question) =>
        context.Params?.InputResponses?.TryGetValue("answer", out var answer) is true
            ? "The client said " + answer!.RawValue.GetRawText() : throw ConformanceInputs.Needs("answer", question);

    static InputRequest Ask(string message, string schema) => InputRequest.ForElicitation(new()
    {
        Message = message,
        RequestedSchema = JsonSerializer.Deserialize<ElicitRequestParams.RequestSchema>(schema, McpJsonUtilities.DefaultOptions),
    });
}
