using Planable.Cli;

// Without arguments, runs the app on this machine; otherwise, runs an operator's command.
return args is [] ? await LocalApp.RunAsync() : await CommandLine.RunAsync(args);
