using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>How a command ended, for scripts.</summary>
static class ExitCode
{
    public const int Refused = 1, Usage = 2, NotFound = 3, Unavailable = 4, ProblemsFound = 5, Interrupted = 130;
}

/// <summary>Why a command failed, in one line on stderr.</summary>
sealed record Failure(int ExitCode, string Code, string Message)
{
    public static Failure Of(Problem problem) => new(
        problem.Status() switch
        {
            400 => Cli.ExitCode.Usage,
            404 => Cli.ExitCode.NotFound,
            503 => Cli.ExitCode.Unavailable,
            _ => Cli.ExitCode.Refused,
        },
        problem.Code().ToString(),
        problem.Details is null ? problem.Message : string.Join(' ', problem.Details.Select(one => $"{one.Field}: {one.Message}")));

    /// <summary>The failure behind an exception; null if it is a bug.</summary>
    public static Failure? Of(Exception exception, CancellationToken cancel) => exception switch
    {
        OperationCanceledException when cancel.IsCancellationRequested => new(Cli.ExitCode.Interrupted, "INTERRUPTED", "Interrupted."),
        StartupFailure => Unavailable(exception.Message),
        OtherVersionException => new(Cli.ExitCode.Refused, "STORAGE_VERSION", exception.Message),
        RequestFailedException { Status: 409 or 412 } =>
            new(Cli.ExitCode.Refused, "CONFLICT", "Somebody else changed the same thing at the same moment. Try again."),
        RequestFailedException { Status: > 0 } failed =>
            Unavailable($"The storage or the vault refused with {failed.Status} {failed.ErrorCode}."),
        RequestFailedException or AggregateException or OperationCanceledException =>
            Unavailable("The storage or the vault does not answer. Check its address and your network."),
        AuthenticationFailedException =>
            Unavailable("The storage or the vault does not accept your identity. Run az login, or set a connection string."),
        CryptographicException =>
            Unavailable("The secrets in the data folder cannot be read. They are damaged or belong to another data folder."),
        IOException or UnauthorizedAccessException => Unavailable(exception.Message),
        _ => null,
    };

    public int Show(Terminal terminal, bool json)
    {
        var line = string.Join(' ', Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        terminal.Error.WriteLine(json ? JsonSerializer.Serialize(new(new(Code, line)), CommandJson.Shown.FailureDocument) : line);
        return ExitCode;
    }

    static Failure Unavailable(string message) => new(Cli.ExitCode.Unavailable, "UNAVAILABLE", message);
}

sealed record FailureDocument(FailureError Error);

sealed record FailureError(string Code, string Message);

static class FailureExtensions
{
    /// <summary>Names the argument whose object was not found.</summary>
    public static Problem At(this Problem problem, string option) => problem is { Kind: ProblemKind.NotFound, Details: null }
        ? problem with { Message = $"{option}: {problem.Message}" } : problem;

    /// <summary>Names the fields as options.</summary>
    public static Problem AtOptions(this Problem problem) =>
        problem with { Details = problem.Details?.Select(one => one with { Field = "--" + one.Field }).ToArray() };
}
