using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Planable.Platform.Http;

/// <summary>Reads part of a body and validates it like a body of its own, with the same rules and messages.</summary>
sealed class BodyValidation(IOptions<JsonOptions> json, IOptions<ValidationOptions> options, IServiceProvider services)
{
    public async Task<Outcome<T>> ReadAsync<T>(JsonElement part, CancellationToken cancel) where T : class
    {
        var type = json.Value.SerializerOptions.GetTypeInfo(typeof(T));
        if (BodyShape.Check(part, type) is { } problem)
        {
            return problem;
        }
        var body = (T)part.Deserialize(type)!;
#pragma warning disable ASP0029 // The validation that the framework runs for endpoints too. Only its API may still change.
        if (!options.Value.TryGetValidatableTypeInfo(typeof(T), out var rules))
        {
            throw new InvalidOperationException($"{typeof(T).Name} is not the body of an endpoint.");
        }
        var context = new ValidateContext
        {
            ValidationOptions = options.Value,
            ValidationContext = new ValidationContext(body, services, items: null),
        };
        await rules.ValidateAsync(body, context, cancel);
        return context.ValidationErrors is { Count: > 0 } errors ? ProblemWriter.Invalid(errors) : body;
#pragma warning restore ASP0029
    }
}
