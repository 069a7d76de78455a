namespace Planable.Platform.Http;

/// <summary>Metadata of an operation for the API reference, besides its parameters and bodies.</summary>
static class EndpointDescriptions
{
    /// <summary>Declares the error statuses of an operation, besides those that all operations have.</summary>
    public static TBuilder Fails<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorResponse), ["application/json"]));
        }
        return builder;
    }

    /// <summary>Declares that an operation answers with an ETag.</summary>
    public static TBuilder AnswersETag<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ETagMetadata());

    /// <summary>Declares that an operation can also answer in CSV.</summary>
    public static TBuilder AnswersCsv<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CsvMetadata());
}

sealed class ETagMetadata;

sealed class CsvMetadata;
