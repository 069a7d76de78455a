using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using MimeKit;
using Planable.Company.Companies;
using Planable.Doors.Mail;
using Planable.Functions.Tests.Settings;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Functions.Tests.Mail;

/// <summary>When mails are sent, and what people choose.</summary>
public sealed class MailDeliveryTests(MailGround ground) : IClassFixture<MailGround>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_than_ten_within_ten_minutes_are_one_mail()
    {
        var (company, _) = await ground.CompanyAsync();
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        var other = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        await AskAsync(company, 3, approver, other);
        await ground.MinuteAsync();
        Assert.Equal(3, ground.Server.To(approver.Email).Length);

        await AskAsync(company, 9, approver);
        await ground.MinuteAsync();
        await AskAsync(company, 2, approver);
        await ground.MinuteAsync();

        var mails = ground.Server.To(approver.Email);
        Assert.Equal((4, "9 new messages"), (mails.Length, mails[^1].Subject));
        Assert.Equal(9, mails[^1].Text.Split("asks you to approve a post.").Length - 1);
        Assert.Equal(3, ground.Server.To(other.Email).Length);
        ground.Time.By += TimeSpan.FromMinutes(11);
        await ground.MinuteAsync();
        Assert.Equal(6, ground.Server.To(approver.Email).Length);
        (await ground.App.Http.PostAsync(new Uri(ground.App.BaseAddress, mails[^1].Unsubscribe), null, Cancel)).Dispose();
        Assert.Equal(MailKinds.All, await ground.App.Get<MailStore>().MutedAsync(company.Key + approver.Key, Cancel));
    }

    [Fact]
    public async Task Ten_are_ten_mails_over_one_connection()
    {
        var (company, _) = await ground.CompanyAsync();
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        await AskAsync(company, 10, approver);
        var before = ground.Server.Connections;

        await ground.MinuteAsync();

        Assert.Equal((10, 1), (ground.Server.To(approver.Email).Length, ground.Server.Connections - before));
        Assert.Equal(10, ground.Server.To(approver.Email).DistinctBy(mail => mail.Message.MessageId).Count());
    }

    [Fact]
    public async Task Who_is_invited_gets_the_link_by_mail_and_the_page_says_whether_it_could_be_sent()
    {
        var (company, owner) = await ground.CompanyAsync();
        var visitor = await Visitor.SignedInAsync(ground.App, company, owner);
        var address = $"{Guid.NewGuid():N}@example.com";

        (await visitor.GetAsync("/settings/people")).Dispose();

        (await InviteAsync(visitor, address)).Dispose();

        var mail = Assert.Single(ground.Server.To(address));
        var link = Regex.Match(
            mail.Text, "https://planable.example(?<path>/settings/invitation\\?code=\\S+)", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(link.Success, mail.Text);
        Assert.Contains("A mail with the link is on its way to " + address, visitor.Html, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(link.Groups["path"].Value), visitor.Html, StringComparison.Ordinal);
        Assert.Null(mail.Message.Headers[HeaderId.ListUnsubscribe]);
        Assert.Equal("auto-generated", mail.Message.Headers[HeaderId.AutoSubmitted]);
        var unknown = $"{Guid.NewGuid():N}@example.com";
        ground.Server.Unknown.Add(unknown);
        (await InviteAsync(visitor, unknown)).Dispose();
        Assert.Contains($"The mail to {unknown} could not be sent.", visitor.Html, StringComparison.Ordinal);
        Assert.Contains("/settings/invitation?code=", visitor.Html, StringComparison.Ordinal);

        static Task<HttpResponseMessage> InviteAsync(Visitor visitor, string address) => visitor.PostAsync(
            "/settings/people", ("email", address), ("name", "Max"), ("role", "ADMINISTRATOR"));
    }

    [Fact]
    public async Task What_the_server_does_not_take_is_sent_once_it_does_and_dropped_after_a_day()
    {
        var (company, _) = await ground.CompanyAsync();
        var (soon, never) = (await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE),
            await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE));
        ground.Server.GoDown();
        await AskAsync(company, 1, soon);
        await ground.MinuteAsync();
        ground.Time.By += TimeSpan.FromMinutes(2);
        await ground.MinuteAsync();
        Assert.Empty(ground.Server.To(soon.Email));

        ground.Server.ComeUp();
        ground.Time.By += TimeSpan.FromMinutes(5);
        await ground.MinuteAsync();
        Assert.Single(ground.Server.To(soon.Email));

        ground.Server.GoDown();
        await AskAsync(company, 1, never);
        for (var hours = 0; hours <= 26; hours++)
        {
            await ground.App.Get<ProcessDue>().RunAsync(Cancel);
            if (hours == 0)
            {
                await ground.MinuteAsync();
            }
            ground.Time.By += TimeSpan.FromHours(1);
        }
        Assert.Empty((await ground.App.Get<MailStore>().ReadAsync(company.Key + never.Key, Cancel)).Notices);
        ground.Server.ComeUp();
        ground.Time.By += TimeSpan.FromHours(2);
        await ground.MinuteAsync();
        Assert.Empty(ground.Server.To(never.Email));
    }

    [Fact]
    public async Task Who_is_unknown_to_the_server_is_given_up_and_the_others_get_their_mail()
    {
        var (company, _) = await ground.CompanyAsync();
        var (unknown, invalid, known) = (await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE),
            await company.PersonAsync((await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE)) with { Email = "a b\r\nc" }),
            await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE));
        ground.Server.Unknown.Add(unknown.Email);
        await AskAsync(company, 2, unknown, invalid, known);

        await ground.MinuteAsync();

        Assert.Equal(2, ground.Server.To(known.Email).Length);
        foreach (var user in new[] { unknown, invalid })
        {
            Assert.Empty((await ground.App.Get<MailStore>().ReadAsync(company.Key + user.Key, Cancel)).Notices);
        }
    }

    [Fact]
    public async Task Who_is_to_be_tried_later_keeps_nobody_waiting()
    {
        var (company, _) = await ground.CompanyAsync();
        var (busy, other) = (await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE),
            await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE));
        ground.Server.Busy = busy.Email;
        await AskAsync(company, 2, busy, other);

        await ground.MinuteAsync();
        Assert.Equal((0, 2), (ground.Server.To(busy.Email).Length, ground.Server.To(other.Email).Length));
        ground.Server.Busy = null;
        ground.Time.By += TimeSpan.FromMinutes(2);
        await ground.MinuteAsync();

        Assert.Equal((2, 2), (ground.Server.To(busy.Email).Length, ground.Server.To(other.Email).Length));
    }

    [Fact]
    public async Task A_reminder_comes_each_morning_until_all_is_answered()
    {
        var (company, _) = await ground.CompanyAsync(sendReminders: true);
        var (quiet, _) = await ground.CompanyAsync();
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);
        var unreminded = await MailGround.PersonAsync(quiet, Role.MEMBER, Permission.APPROVE);
        var posts = new[] { (await company.MakeAsync())[0], (await company.MakeAsync())[0] };
        await MailGround.AskAsync(company, posts[0], approver);
        await MailGround.AskAsync(company, posts[1], approver);
        await AskAsync(quiet, 1, unreminded);
        await ground.MinuteAsync();
        Assert.Equal(2, ground.Server.To(approver.Email).Length);

        ground.Time.By += TimeSpan.FromHours(23);
        await ground.MinuteAsync();
        await ground.MinuteAsync();
        Assert.Equal(2, ground.Server.To(approver.Email).Length);
        ground.Time.By += TimeSpan.FromHours(25);
        await ground.MinuteAsync();
        await ground.MinuteAsync();

        var mail = Assert.Single(ground.Server.To(approver.Email)[2..]);
        Assert.Equal("2 posts still wait for your approval", mail.Subject);
        Assert.Single(ground.Server.To(unreminded.Email));
        await company.Client.PostAsync($"/posts/{posts[0]}/approve", new { }).OkAsync();
        ground.Time.By += TimeSpan.FromHours(24);
        await ground.MinuteAsync();
        await ground.MinuteAsync();
        Assert.Equal("Still waiting for your approval: Hello", Assert.Single(ground.Server.To(approver.Email)[3..]).Subject);
        await company.Client.PostAsync($"/posts/{posts[1]}/reject", new { }).OkAsync();
        ground.Time.By += TimeSpan.FromHours(24);
        await ground.MinuteAsync();
        await ground.MinuteAsync();
        Assert.Equal(4, ground.Server.To(approver.Email).Length);
    }

    [Fact]
    public async Task People_choose_on_a_page_what_they_get()
    {
        var (company, owner) = await ground.CompanyAsync();
        var member = await MailGround.PersonAsync(company);
        var store = ground.App.Get<MailStore>();
        var (administrator, visitor) = (await Visitor.SignedInAsync(ground.App, company, owner),
            await Visitor.SignedInAsync(ground.App, company, member));
        await store.ChooseAsync(company.Key + member.Key, _ => [MailKind.Webhooks], Cancel);

        (await administrator.GetAsync("/settings/notifications")).Dispose();
        Assert.Equal(5, administrator.Html.Split("checked").Length - 1);
        (await visitor.GetAsync("/settings/notifications")).Dispose();
        Assert.Equal(3, visitor.Html.Split("checked").Length - 1);
        Assert.DoesNotContain("no mail server", visitor.Html, StringComparison.Ordinal);
        using var saved = await visitor.PostAsync("/settings/notifications", ("kinds", "Failures"), ("kinds", "nonsense"));

        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        Assert.Equal([MailKind.Approvals, MailKind.Reminders, MailKind.Webhooks], await store.MutedAsync(company.Key + member.Key, Cancel));
        (await visitor.GetAsync("/settings/notifications?saved")).Dispose();
        Assert.Single(visitor.Html.Split("checked")[1..]);
        Assert.Contains("Your choices are saved.", visitor.Html, StringComparison.Ordinal);
        Assert.Empty(await store.MutedAsync(company.Key + owner.Key, Cancel));
    }

    [Fact]
    public async Task Where_no_mail_is_sent_the_page_says_so()
    {
        await using var app = App.Start(ground.ConnectionString, null, App.CallsOnly[0], ("WEBSITE_AUTH_ENABLED", "True"));
        var company = await TestCompany.CreateAsync(app);
        var visitor = new Visitor(app, (PlatformSignInTests.Header, PlatformSignInTests.Principal()), PlatformSignInTests.Secure);
        var code = await app.InviteAsync(company.Key, company.Owner.Key, Cancel);
        (await visitor.GetAsync("/settings/invitation?code=" + code)).Dispose();
        (await visitor.PostAsync("/settings/invitation", ("code", code!))).Dispose();

        (await visitor.GetAsync("/settings/notifications")).Dispose();

        Assert.Contains("No mail is sent: this app has no mail server.", visitor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_developers_machine_mails_are_files()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"planable-mail-{Guid.NewGuid():N}");
        await using var app = App.Start(
            ground.ConnectionString, null, App.CallsOnly[0], ("environment", "Development"), ("PLANABLE_DATA", folder));
        var company = await TestCompany.CreateAsync(app, approval: new()
        {
            Type = ApprovalType.OPTIONAL,
            AutoLock = false,
            AutoSchedule = false,
        });
        var approver = await MailGround.PersonAsync(company, Role.MEMBER, Permission.APPROVE);

        await AskAsync(company, 1, approver);
        await ground.MinuteAsync(app);

        using var message = await MimeMessage.LoadAsync(Assert.Single(Directory.GetFiles(Path.Combine(folder, "mail"), "*.eml")), Cancel);
        Assert.Equal((approver.Email, "Approval requested: Hello"), (message.To.Mailboxes.Single().Address, message.Subject));
        Assert.Contains("/settings/review", message.TextBody, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("smtps://ada%40example.com@mail.example.com", null, "mail.example.com 465 True ada@example.com ada@example.com")]
    [InlineData("smtp://mail.example.com", "Planable <p@example.com>", "mail.example.com 587 False  Planable <p@example.com>")]
    [InlineData("smtp://ada@mail.example.com:2525", "p@example.com", "mail.example.com 2525 False ada p@example.com")]
    [InlineData("https://mail.example.com", "p@example.com", "!Smtp__Url is not")]
    [InlineData("mail.example.com:25", "p@example.com", "!Smtp__Url is not")]
    [InlineData("smtps://ada:word@mail.example.com", "p@example.com", "!Smtp__Url has a password")]
    [InlineData("smtps://ada@mail.example.com", null, "!Smtp__From must be")]
    public void The_setting_names_a_server_and_holds_no_password(string url, string? from, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Smtp:Url", url), new("Smtp:From", from), new("PublicBaseUrl", "https://planable.example/")]).Build();

        if (expected[0] == '!')
        {
            var message = Assert.Throws<StartupFailure>(() => MailSettings.Read(configuration)).Message;
            Assert.StartsWith(expected[1..], message, StringComparison.Ordinal);
            Assert.DoesNotContain("word@", message, StringComparison.Ordinal);
            return;
        }
        var read = MailSettings.Read(configuration);
        Assert.Equal(
            (expected, "https://planable.example"),
            ($"{read.Smtp!.Host} {read.Smtp.Port} {read.Smtp.IsTls} {read.Smtp.User} {read.From}", read.Origin));
    }

    /// <summary>Asks for the approval of so many new posts.</summary>
    static async Task AskAsync(TestCompany company, int count, params User[] approvers)
    {
        for (var i = 0; i < count; i++)
        {
            await MailGround.AskAsync(company, (await company.MakeAsync())[0], approvers);
        }
    }
}
