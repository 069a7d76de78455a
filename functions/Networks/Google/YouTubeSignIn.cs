namespace Planable.Networks.Google;

/// <summary>Signs people in at YouTube. They choose one channel while they sign in.</summary>
/// <remarks>Source: developers.google.com/youtube/v3/docs/channels/list.</remarks>
sealed class YouTubeSignIn(NetworkHttp http, IConfiguration configuration, TimeProvider time)
    : GoogleSignIn(http, YouTubeApi.Addresses(configuration), time, YouTubeApi.Name, Scopes)
{
    /// <summary>force-ssl is for comments and for making videos public.</summary>
    const string Scopes = "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube.force-ssl "
        + "https://www.googleapis.com/auth/youtube.readonly https://www.googleapis.com/auth/yt-analytics.readonly";

    readonly NetworkHttp _http = http;
    readonly NetworkAddresses _addresses = YouTubeApi.Addresses(configuration);

    public override async Task<NetworkResult<OfferedAccount[]>> AccountsAsync(
        NetworkApp app, NetworkGrant person, CancellationToken cancel)
    {
        var reply = await _http.GetAsync(
            _addresses.Url("/channels") + NetworkHttp.Query(("part", "snippet"), ("mine", "true")), person.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(YouTubeJson.Default.YouTubeListYouTubeChannel) is not { } channels)
        {
            return reply.Failure<NetworkResult<OfferedAccount[]>>(YouTubeApi.Name);
        }
        return NetworkResult<OfferedAccount[]>.Done([.. (channels.Items ?? []).Where(channel => channel.Id is not null).Select(Offered)]);

        OfferedAccount Offered(YouTubeChannel channel) => new(
            channel.Snippet?.Title ?? channel.Id!,
            "https://www.youtube.com/" + (channel.Snippet?.CustomUrl ?? "channel/" + channel.Id),
            person with { Account = channel.Id!, Username = channel.Snippet?.CustomUrl });
    }
}
