namespace Planable.Platform.Http;

/// <summary>What the reference says of an operation besides its parameters and bodies.</summary>
static class EndpointDescriptions
{
    /// <summary>Says with which statuses an operation may fail besides those that all may.</summary>
    public static TBuilder Fails<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorResponse), ["application/json"]));
        }
        return builder;
    }

    /// <summary>Says that an operation answers with the version of what it answers.</summary>
    public static TBuilder AnswersETag<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new ETagMetadata());

    /// <summary>Says that an operation answers in CSV too.</summary>
    public static TBuilder AnswersCsv<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CsvMetadata());
}

sealed class ETagMetadata;

sealed class CsvMetadata;
