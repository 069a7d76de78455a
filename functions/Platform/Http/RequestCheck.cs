using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Planable.Platform.Http;

/// <summary>
/// Checks the query and the body of a call before the framework binds them: the framework stops at the first fault, does not say which
/// value has it, and fails on a charset that it does not know.
/// </summary>
sealed class RequestCheck
{
    /// <summary>The name of the parameter that a handler gets the body in.</summary>
    const string Body = "body";

    readonly Type? _body;
    readonly bool _isBodyOptional;
    readonly QueryValue[] _query;

    public RequestCheck(MethodInfo handler)
    {
        var parameters = handler.GetParameters();
        var body = Array.Find(parameters, parameter => parameter.Name == Body);
        (_body, _isBodyOptional) = (body?.ParameterType, body is not null && IsOptional(body));
        _query = [.. parameters.Select(QueryValue.Of).OfType<QueryValue>()];
    }

    /// <summary>What is wrong with a call; null if it can be bound.</summary>
    public async ValueTask<Problem?> CheckAsync(HttpContext http)
    {
        FieldError[] wrong =
        [
            .. from value in _query
               where !http.Request.RouteValues.ContainsKey(value.Name)
               let fault = value.Fault(http.Request.Query)
               where fault is not null
               select new FieldError(value.Name, fault!),
        ];
        return wrong is not [] ? Problems.Invalid(wrong)
            : _body is null ? null
            : http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? _isBodyOptional ? null : Problems.NoObject()
            : CheckHeaders(http.Request) ?? await CheckBodyAsync(http, _body);
    }

    static Problem? CheckHeaders(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding
            && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.Invalid(HeaderNames.ContentEncoding, "Compressed bodies are not taken. Send it without.");
        }
        if (!request.HasJsonContentType())
        {
            return ProblemResponses.ForStatus(StatusCodes.Status415UnsupportedMediaType);
        }
        var charset = MediaTypeHeaderValue.Parse(request.ContentType).Charset;
        if (charset.HasValue && !HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.Invalid(HeaderNames.ContentType, $"The charset must be utf-8, not {charset}.");
        }
        // The framework knows no charset in quotes.
        request.ContentType = "application/json";
        return null;
    }

    static async Task<Problem?> CheckBodyAsync(HttpContext http, Type type)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        http.Request.Body = body;
        if (body.Length == 0)
        {
            return Problems.NoObject();
        }
        try
        {
            body.Position = 0;
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: http.RequestAborted);
            body.Position = 0;
            return BodyShape.Check(
                document.RootElement,
                http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions.GetTypeInfo(type));
        }
        catch (JsonException)
        {
            return Problems.NoJson();
        }
    }

    static bool IsOptional(ParameterInfo parameter) =>
        parameter.HasDefaultValue || new NullabilityInfoContext().Create(parameter).WriteState is NullabilityState.Nullable;

    /// <summary>A value of the query that a handler takes.</summary>
    sealed record QueryValue(string Name, bool IsRequired, bool IsNumber, ValidationAttribute[] Rules)
    {
        public static QueryValue? Of(ParameterInfo parameter) =>
            parameter.ParameterType != typeof(string) && parameter.ParameterType != typeof(int) ? null : new(
                parameter.Name!, !IsOptional(parameter), parameter.ParameterType == typeof(int),
                [.. parameter.GetCustomAttributes<ValidationAttribute>()]);

        public string? Fault(IQueryCollection query)
        {
            var text = query[Name].ToString();
            if (!query.ContainsKey(Name))
            {
                return IsRequired ? FieldWords.Missing : null;
            }
            if (IsRequired && BlankText.Is(text))
            {
                return FieldWords.Blank;
            }
            var number = 0;
            if (IsNumber && !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out number))
            {
                return Rules.OfType<RangeAttribute>().FirstOrDefault()?.FormatErrorMessage(Name) ?? FieldWords.Of(typeof(int));
            }
            return Array.Find(Rules, rule => !rule.IsValid(IsNumber ? number : text))?.FormatErrorMessage(Name);
        }
    }
}
