using Planable.Cli;

// Without arguments everything runs on this machine; with a noun and a verb it does what an operator asks.
return args is [] ? await LocalApp.RunAsync() : await CommandLine.RunAsync(args);
