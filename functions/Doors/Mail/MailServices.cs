using Planable.Content.Events;
using Planable.Doors.Webhooks;
using Planable.Work;

namespace Planable.Doors.Mail;

static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = MailSettings.Read(configuration);
        services.AddSingleton(settings);
        if (settings.Smtp is not null)
        {
            services.AddMailTransport<SmtpTransport>();
        }
        return services.AddSingleton<MailStore>().AddSingleton<MailContents>().AddSingleton<MailWriter>().AddSingleton<Unsubscription>()
            .AddSingleton<InvitationMail>()
            .AddSingleton<ApprovalReminders>().AddDueHandler<ApprovalReminders>(ApprovalReminders.Kind)
            .AddSingleton<SendMail>().AddDueHandler<SendMail>(MailStore.Kind, SendMail.MostAtOnce)
            .AddSingleton<MailEvents>().AddEventHandler<MailEvents>(EventLog.Logged).AddEventHandler<MailEvents>(WebhookStore.Stopped);
    }

    /// <summary>Has mail sent. Without a transport none is sent, and no write announces an event for the sake of mail.</summary>
    public static IServiceCollection AddMailTransport<TTransport>(this IServiceCollection services)
        where TTransport : class, IMailTransport =>
        services.AddSingleton<IMailTransport, TTransport>().AddSingleton(new AlwaysTold(MailKinds.Events.Keys));
}
