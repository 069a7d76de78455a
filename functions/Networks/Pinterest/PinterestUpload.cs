using System.Text.Json;

namespace Planable.Networks.Pinterest;

/// <summary>The form by which a video is uploaded to Pinterest's storage: the given fields in their order, and then the file.</summary>
/// <remarks>
/// Source: docs.aws.amazon.com, "Browser-Based Uploads Using POST": the storage refuses a body whose length it is not told, and ignores
/// fields after the file.
/// </remarks>
static class PinterestUpload
{
    public static MultipartFormDataContent Form(IReadOnlyDictionary<string, JsonElement> fields, HttpContent file)
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
        form.Add(file, "\"file\"", "\"video\"");
        return form;
    }
}
