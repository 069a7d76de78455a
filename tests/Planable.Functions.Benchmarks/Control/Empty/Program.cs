// What `dotnet new web` makes.
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/", () => "Hello World!");
await app.RunAsync();
