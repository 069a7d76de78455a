using System.Globalization;
using Planable.Doors.Mail;

namespace Planable.Cli;

/// <summary>Writes mails as files into the data folder, where a mail program can open them. Nothing leaves the machine.</summary>
sealed partial class MailFolder(IConfiguration configuration, MailSettings settings, ILogger<MailFolder> log) : IMailTransport
{
    readonly string _folder = Path.GetFullPath(Path.Combine(LocalApp.DataFolder(configuration), "mail"));

    /// <summary>For Development without a mail server: mails whose links lead to this machine.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration) => services.AddMailTransport<MailFolder>()
        .AddSingleton(_ => MailSettings.Read(configuration) is { Origin: "" } settings
            ? settings with { Origin = LocalApp.FindUrl(configuration) } : MailSettings.Read(configuration));

    public async Task SendAsync(IEnumerable<OutgoingMail> mails, Func<OutgoingMail, MailRefusal?, Task> settled, CancellationToken cancel)
    {
        foreach (var mail in mails)
        {
            using var message = MimeMail.Of(mail, settings.From);
            if (message is not null)
            {
                using var bytes = new MemoryStream();
                await message.WriteToAsync(bytes, cancel);
                PrivateFiles.MakeFolder(Path.GetDirectoryName(_folder)!);
                PrivateFiles.MakeFolder(_folder);
                var file = Path.Combine(
                    _folder, string.Create(CultureInfo.InvariantCulture, $"{mail.At.UtcDateTime:yyyyMMdd-HHmmss}-{mail.Id}.eml"));
                await PrivateFiles.WriteAsync(file, bytes.ToArray(), cancel);
                LogWritten(file);
            }
            await settled(mail, message is null ? MailRefusal.NoAddress : null);
        }
    }

    [LoggerMessage(LogLevel.Information, "A mail is in {File}.")]
    partial void LogWritten(string file);
}
