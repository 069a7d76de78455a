namespace Planable.Platform.Http;

/// <summary>A whole answer.</summary>
/// <param name="Body">Its beginning, as text.</param>
/// <param name="RetryAfter">How long it asks to wait.</param>
/// <param name="MaxAge">How long it can be kept, if it says so.</param>
sealed record GuardedAnswer(int Status, string Body, TimeSpan? RetryAfter, TimeSpan? MaxAge = null);

/// <summary>A response as it arrives; never decompressed.</summary>
sealed class GuardedResponse : IDisposable
{
    readonly HttpResponseMessage _response;
    readonly CancellationTokenSource _whole;

    /// <param name="whole">Cancelled when the whole response should have arrived.</param>
    public GuardedResponse(
        HttpResponseMessage response, Stream body, FetchSettings settings, CancellationTokenSource whole, long most, TimeProvider time)
    {
        (_response, _whole) = (response, whole);
        Length = response.Content.Headers.ContentLength;
        FileName = AttachedName.Of(response.Content.Headers);
        IsPage = response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml";
        if (Length > most)
        {
            throw TooLarge(most);
        }
        Body = new GuardedBody(body, settings, most, time, whole.Token);
    }

    /// <summary>
    /// Forward only. Reading throws <see cref="FetchFailure"/> if the content arrives too slowly, breaks off, is too large or does not end
    /// in time.
    /// </summary>
    public Stream Body { get; }

    /// <summary>The length in bytes that the address declares. Reading fails if the body has another length.</summary>
    public long? Length { get; }

    /// <summary>The file's name in <c>Content-Disposition</c>; null if there is none.</summary>
    public string? FileName { get; }

    /// <summary>Whether the address says that it is a web page.</summary>
    public bool IsPage { get; }

    public void Dispose()
    {
        _response.Dispose();
        _whole.Dispose();
    }

    static FetchFailure TooLarge(long most) => new($"It is larger than {most / (1024 * 1024)} MB.");

    sealed class GuardedBody(Stream body, FetchSettings settings, long most, TimeProvider time, CancellationToken whole) : Stream
    {
        /// <summary>The lowest average rate, in bytes a second; below it, reading fails.</summary>
        const int LeastRate = 8 * 1024;

        readonly long _begun = time.GetTimestamp();
        long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(whole, cancellationToken);
            wait.CancelAfter(settings.StallTimeout);
            int read;
            try
            {
                read = await body.ReadAsync(buffer, wait.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw FetchFailure.TooSlow();
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                throw FetchFailure.Of(e);
            }
            _read += read;
            var took = time.GetElapsedTime(_begun);
            return _read > most ? throw TooLarge(most)
                : read > 0 && took > settings.StallTimeout && _read < took.TotalSeconds * LeastRate ? throw FetchFailure.TooSlow()
                : read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
