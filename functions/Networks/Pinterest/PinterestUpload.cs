using System.Net;
using System.Text.Json;

namespace Planable.Networks.Pinterest;

/// <summary>The form by which a video is uploaded to Pinterest's storage: the given fields in their order, and then the file.</summary>
/// <remarks>
/// Source: docs.aws.amazon.com, "Browser-Based Uploads Using POST": the storage refuses a body whose length it is not told, and ignores
/// fields after the file.
/// </remarks>
static class PinterestUpload
{
    public static MultipartFormDataContent Form(IReadOnlyDictionary<string, JsonElement> fields, HttpContent file, long length)
    {
        var boundary = Guid.NewGuid().ToString("N");
        var form = new MultipartFormDataContent(boundary);
        // Quotes around the boundary are correct, but not everybody expects them.
        form.Headers.ContentType!.Parameters.Single(one => one.Name == "boundary").Value = boundary;
        foreach (var (name, value) in fields)
        {
            var field = new StringContent(value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText());
            field.Headers.ContentType = null;
            form.Add(field, $"\"{name}\"");
        }
        form.Add(new Sized(file, length), "\"file\"", "\"video\"");
        return form;
    }

    /// <summary>A content whose length is known although its stream does not tell it.</summary>
    sealed class Sized : HttpContent
    {
        readonly HttpContent _inner;
        readonly long _length;

        public Sized(HttpContent inner, long length)
        {
            (_inner, _length) = (inner, length);
            Headers.ContentType = inner.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _inner.CopyToAsync(stream, context);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _inner.CopyToAsync(stream, context, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
