var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/", () => "Hello");
await app.RunAsync();
