using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Generated;

/// <summary>What a program does with the generated client. Compiled together with it by the test.</summary>
public static class Calls
{
    /// <returns>The text and the label's colour of the created post, as the list has them.</returns>
    public static async Task<string> RunAsync(HttpClient http, string workspace, string page, string label)
    {
        var planable = new PlanableClient(http);
        var wanted = new NewPost { WorkspaceId = workspace, PageId = page, Text = "Hello", Labels = [label] };
        var created = await planable.CreatePostAsync(body: wanted);
        var listed = await planable.ListPostsAsync(workspaceId: workspace);
        var post = listed.Data.Single(one => one.Id == created.Posts.Single().Id);
        return $"{post.PlainText} {post.Labels.Single().Color}";
    }
}

namespace Generated
{
    public partial class PlanableClient
    {
        /// <summary>The API refuses null where it means nothing; without this NSwag's clients send it for what is not set.</summary>
        static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) =>
            settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
    }
}
