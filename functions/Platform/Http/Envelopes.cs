using System.Text.Json.Serialization;

namespace Planable.Platform.Http;

/// <summary>One item.</summary>
sealed record Data<T>([property: JsonPropertyName("data")] T Value);

/// <summary>A complete list.</summary>
sealed record Items<T>(IReadOnlyList<T> Data);

/// <summary>One page of a list.</summary>
sealed record PagedItems<T>(IReadOnlyList<T> Data, Pagination Pagination);

/// <summary>One page of a list that may be long, with a cursor.</summary>
sealed record CursorItems<T>(IReadOnlyList<T> Data, CursorPagination Pagination);

/// <summary>The answer of a write that returns nothing.</summary>
sealed record Done;
