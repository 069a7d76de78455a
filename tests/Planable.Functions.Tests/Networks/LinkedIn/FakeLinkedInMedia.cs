using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Networks.LinkedIn;

/// <summary>Uploads.</summary>
public sealed partial class FakeLinkedIn
{
    const int PartSize = 4 * 1024 * 1024;

    readonly Dictionary<string, Media> _media = new(StringComparer.Ordinal);

    IResult BeginImage(JsonNode request)
    {
        if (request.Text("owner") != Page)
        {
            return Error(403, "ACCESS_DENIED", "Insufficient permissions to perform the requested action");
        }
        var id = $"I{++_number}";
        _media["urn:li:image:" + id] = new() { Polls = Polls };
        return Ok(new
        {
            value = new
            {
                uploadUrl = $"{Uploads ?? Address}/dms-uploads/image/{id}",
                image = "urn:li:image:" + id,
                uploadUrlExpiresAt = 1_900_000_000_000,
            },
        });
    }

    IResult PutImage(Sent sent, string urn)
    {
        if (sent.Bearer != Access || sent.Method != "PUT" || long.Parse(sent.Body, CultureInfo.InvariantCulture) == 0)
        {
            return Status(401);
        }
        _media[urn].IsUploaded = true;
        return Status(201);
    }

    IResult BeginVideo(JsonNode request)
    {
        var size = request["fileSizeBytes"]!.GetValue<long>();
        if (request.Text("owner") != Page || size < 1 || request["uploadCaptions"]!.GetValue<bool>())
        {
            return Error(403, "ACCESS_DENIED", "Insufficient permissions to perform the requested action");
        }
        var id = $"V{++_number}";
        var parts = (int)((size + PartSize - 1) / PartSize);
        _media["urn:li:video:" + id] = new() { Size = size, Polls = Polls, Tags = new string[parts] };
        return Ok(new
        {
            value = new
            {
                video = "urn:li:video:" + id,
                uploadToken = "",
                uploadUrlsExpireAt = 1_900_000_000_000,
                uploadInstructions = Enumerable.Range(0, parts).Select(part => new
                {
                    uploadUrl = $"{Uploads ?? Address}/dms-uploads/video/{id}/{part}",
                    firstByte = (long)part * PartSize,
                    lastByte = Math.Min(size, (part + 1L) * PartSize) - 1,
                }).ToArray(),
                thumbnailUploadUrl = request["uploadThumbnail"]!.GetValue<bool>() ? $"{Address}/dms-uploads/thumbnail/{id}" : null,
            },
        });
    }

    IResult PutPart(Sent sent, string urn, string part)
    {
        var (media, index) = (_media[urn], int.Parse(part, CultureInfo.InvariantCulture));
        if (sent.Headers.Authorization.Count > 0 || sent.ContentType != "application/octet-stream"
            || sent.Body != $"{Math.Min(PartSize, media.Size - ((long)index * PartSize))}")
        {
            return Status(400);
        }
        // Some are in quotation marks.
        media.Tags[index] = $"/ambry-video/part/{index}.bin";
        return Status(200, null, ("ETag", index % 2 == 0 ? media.Tags[index] : $"\"{media.Tags[index]}\""));
    }

    static IResult Thumbnail(Sent sent) => Status(sent.Headers["media-type-family"] == "STILLIMAGE" ? 201 : 400);

    IResult EndVideo(JsonNode request)
    {
        if (!_media.TryGetValue(request.Text("video"), out var media) || request.Text("uploadToken").Length > 0)
        {
            return Error(400, "INVALID_VIDEO_ID", "This Video ID is invalid");
        }
        if (!request["uploadedPartIds"]!.AsArray().Select(one => $"{one}").SequenceEqual(media.Tags, StringComparer.Ordinal))
        {
            return Error(400, "INVALID_VALUE_FOR_FIELD", "uploadedPartIds does not match the uploaded parts");
        }
        media.IsUploaded = true;
        return Status(200);
    }

    IResult State(string urn) =>
        HidesMedia ? Error(403, "ACCESS_DENIED", "Not enough permissions to access: images.GET.20260701")
        : !_media.TryGetValue(urn, out var media) ? Error(404, "NOT_FOUND", "Could not find entity")
        : Ok(new { owner = Page, id = urn, status = Status(media) });

    string Status(Media media) => !media.IsUploaded ? "WAITING_UPLOAD" : FailsProcessing ? "PROCESSING_FAILED"
        : media.Polls-- > 0 ? "PROCESSING" : "AVAILABLE";

    sealed class Media
    {
        public long Size { get; init; }
        public int Polls { get; set; }
        public bool IsUploaded { get; set; }
        public string[] Tags { get; init; } = [];
    }
}
