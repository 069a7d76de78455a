using System.Buffers;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;

namespace Planable.Storage;

/// <summary>A document as it was read, with the ETag by which a write finds out whether it has changed since.</summary>
sealed record Stored<T>(T Value, ETag ETag);

/// <summary>A compressed document, which may be written into several rows.</summary>
/// <param name="Size">Its length in bytes before compression.</param>
readonly record struct PackedDocument(byte[] Bytes, int Size);

/// <summary>
/// A document in an entity: UTF-8 JSON, compressed with Brotli, split over binary properties. A property holds at most 64 KB, so
/// <c>doc0</c>, <c>doc1</c> … hold 60 KB each. <c>docSize</c> is the length in bytes before compression.
/// </summary>
static class Document
{
    const int ChunkSize = 60 * 1024, Quality = 4;
    static readonly (int Smallest, int Largest) Window = (10, 22);

    public static TableEntity With<T>(this TableEntity entity, T document, JsonTypeInfo<T> type, string name = "doc") =>
        entity.With(Pack(document, type), name);

    public static TableEntity With(this TableEntity entity, PackedDocument document, string name = "doc")
    {
        entity[name + "Size"] = document.Size;
        if (document.Bytes.Length <= ChunkSize)
        {
            entity[name + 0] = document.Bytes;
            return entity;
        }
        for (int offset = 0, chunk = 0; offset < document.Bytes.Length; offset += ChunkSize, chunk++)
        {
            entity[name + chunk] = document.Bytes[offset..Math.Min(offset + ChunkSize, document.Bytes.Length)];
        }
        return entity;
    }

    public static PackedDocument Pack<T>(T document, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(document, type);
        var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(json.Length));
        // The window is no larger than the document, because the encoder clears as much memory as its window needs.
        var window = Math.Clamp(BitOperations.Log2((uint)json.Length) + 1, Window.Smallest, Window.Largest);
        if (!BrotliEncoder.TryCompress(json, buffer, out var length, Quality, window))
        {
            throw new InvalidOperationException("Brotli needed more than GetMaxCompressedLength.");
        }
        var packed = new PackedDocument(buffer[..length], json.Length);
        ArrayPool<byte>.Shared.Return(buffer);
        return packed;
    }

    public static Stored<T> ReadStored<T>(this TableEntity entity, JsonTypeInfo<T> type) => new(entity.Read(type), entity.ETag);

    public static T Read<T>(this TableEntity entity, JsonTypeInfo<T> type, string name = "doc")
    {
        var size = entity.GetInt32(name + "Size") ?? throw new InvalidDataException($"{entity.RowKey} has no document.");
        var json = ArrayPool<byte>.Shared.Rent(size);
        var compressed = entity.TryGetValue(name + 1, out _) ? Join(entity, name) : entity.GetBinary(name + 0);
        if (!BrotliDecoder.TryDecompress(compressed, json, out var length) || length != size)
        {
            throw new InvalidDataException($"The document in {entity.RowKey} is damaged.");
        }
        var document = JsonSerializer.Deserialize(json.AsSpan(0, size), type);
        ArrayPool<byte>.Shared.Return(json);
        return document ?? throw new InvalidDataException($"The document in {entity.RowKey} is null.");
    }

    static byte[] Join(TableEntity entity, string name)
    {
        using var joined = new MemoryStream();
        for (var chunk = 0; entity.TryGetValue(name + chunk, out var bytes); chunk++)
        {
            joined.Write((byte[])bytes);
        }
        return joined.ToArray();
    }
}
