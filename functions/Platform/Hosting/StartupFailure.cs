namespace Planable.Platform.Hosting;

/// <summary>Why the app cannot start, in a sentence for the person who started it.</summary>
sealed class StartupFailure(string sentence) : Exception(sentence);
