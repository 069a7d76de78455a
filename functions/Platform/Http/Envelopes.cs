using System.Text.Json.Serialization;

namespace Planable.Platform.Http;

/// <summary>One thing.</summary>
sealed record Data<T>([property: JsonPropertyName("data")] T Value);

/// <summary>All there are.</summary>
sealed record Items<T>(IReadOnlyList<T> Data);

/// <summary>A part of a list.</summary>
sealed record PagedItems<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <summary>A part of a list that may be long.</summary>
sealed record CursorItems<T>(IReadOnlyList<T> Data, CursorPagination Pagination);

/// <summary>What a write answers that has nothing to say.</summary>
sealed record Done;
