using Azure;

namespace Planable.Work;

/// <summary>What an exception from storage says about the write that caused it. The only place that interprets the statuses.</summary>
static class StorageOutcome
{
    /// <summary>The write did not happen: the row already existed (409), was changed (412) or is gone (404).</summary>
    public static bool IsConflict(Exception e) => e is RequestFailedException { Status: 404 or 409 or 412 };

    /// <summary>
    /// The write may have happened: there was no answer (0), or one that does not say. The SDK throws AggregateException when its own
    /// retries are used up.
    /// </summary>
    public static bool IsUnknown(Exception e) => e is RequestFailedException { Status: 0 or 408 or 429 or >= 500 } or AggregateException;

    /// <summary>
    /// The outcome must be read from storage: even a conflict may be with the write's own first attempt, whose answer was lost.
    /// </summary>
    public static bool IsUnsettled(Exception e) => IsConflict(e) || IsUnknown(e);
}
