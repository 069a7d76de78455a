using System.Buffers;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Storage;

/// <summary>
/// Makes the SDK allocate less. It writes a transaction three times, twice only to learn the length, and makes objects of every line of the
/// answer. Here the transaction is written once, and an answer without errors keeps only its statuses and ETags. An answer of any kind is
/// read into one array of its size; the SDK's would grow.
/// </summary>
sealed class TableBodies : HttpPipelinePolicy
{
    const string Multipart = "multipart/mixed; boundary=";

    /// <summary>Bytes of most transactions, and of most answers.</summary>
    const int UsualRequest = 8 * 1024, UsualAnswer = 32 * 1024;

    static ReadOnlySpan<byte> Status => "HTTP/1.1 "u8;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Headers.TryGetValue("Content-Type", out var type) && type.StartsWith(Multipart, StringComparison.Ordinal))
        {
            var written = new MemoryStream(UsualRequest);
            await message.Request.Content!.WriteToAsync(written, message.CancellationToken);
            message.Request.Content = RequestContent.Create(written.GetBuffer().AsMemory(0, (int)written.Length));
        }
        await ProcessNextAsync(message, pipeline);
        if (message.Response.ContentStream is { CanSeek: false })
        {
            await ReadAsync(message.Response, message.CancellationToken);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    static async ValueTask ReadAsync(Response response, CancellationToken cancel)
    {
        await using var stream = response.ContentStream!;
        var (buffer, length) = (ArrayPool<byte>.Shared.Rent(UsualAnswer), 0);
        while (await stream.ReadAsync(buffer.AsMemory(length), cancel) is > 0 and var read)
        {
            length += read;
            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        response.ContentStream = Shorten(buffer.AsSpan(0, length), response.Headers.ContentType)
            ?? new MemoryStream(buffer[..length]);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Statuses and ETags of a transaction's answer; null if a part of it has failed, or if it is none.</summary>
    static MemoryStream? Shorten(ReadOnlySpan<byte> answer, string? type)
    {
        if (type?.StartsWith(Multipart, StringComparison.Ordinal) is not true)
        {
            return null;
        }
        var (shorter, begin) = (new MemoryStream(1024), Encoding.ASCII.GetBytes("\r\n--" + type[Multipart.Length..]));
        foreach (var range in answer.Split("\r\n"u8))
        {
            var line = answer[range];
            var isStatus = line.StartsWith(Status);
            if (isStatus && line[Status.Length] != '2')
            {
                return null;
            }
            if (isStatus)
            {
                shorter.Write(begin);
                shorter.Write("\r\n\r\n"u8);
            }
            if (isStatus || line.StartsWith("ETag:"u8))
            {
                shorter.Write(line);
                shorter.Write("\r\n"u8);
            }
        }
        shorter.Write(begin);
        shorter.Write("--\r\n"u8);
        shorter.Position = 0;
        return shorter;
    }
}
