namespace Planable.Functions.Tests.Promises;

/// <summary>A client written for the original must find here what it knows: <c>contract.txt</c> lists it, a fact a line.</summary>
public sealed class ContractTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task Everything_that_the_contract_knows_is_in_our_reference()
    {
        var ours = (await OpenApiDocument.ReadAsync(fixture.App)).Facts().Select(Fact.Parse).ToDictionary(fact => fact.Where);
        var contract = await File.ReadAllLinesAsync(
            Path.Combine(AppContext.BaseDirectory, "Promises", "contract.txt"), TestContext.Current.CancellationToken);

        var drift = contract.Select(Fact.Parse)
            .SelectMany(fact => ours.TryGetValue(fact.Where, out var known)
                ? fact.Differences(known) : [$"{fact.Where}: is missing"]).ToArray();

        Assert.True(drift.Length == 0, string.Join('\n', drift));
        Assert.True(contract.Length > 300);
    }

    /// <param name="Rules">Limits and the values of an enum.</param>
    sealed record Fact(string Where, bool IsRequest, bool Required, string Type, string[] Rules)
    {
        public static Fact Parse(string line)
        {
            var words = line.Split(' ');
            var required = Array.FindIndex(words, word => word is "required" or "optional");
            return required < 0
                ? new(line, false, true, "nothing", [])
                : new(string.Join(' ', words[..required]), !char.IsAsciiDigit(words[2][0]), words[required] == "required",
                    string.Join('|', words[required + 1]
                        .Replace("integer", "number", StringComparison.Ordinal).Split('|').Order(StringComparer.Ordinal)),
                    words[(required + 2)..]);
        }

        /// <summary>A request must ask for no more than the contract does, an answer hold no less.</summary>
        public IEnumerable<string> Differences(Fact ours)
        {
            if (IsRequest ? Required != ours.Required : Required && !ours.Required)
            {
                yield return $"{Where}: required is {ours.Required}";
            }
            // A request may say more: null, where it clears a field.
            if (IsRequest ? Type.Split('|').Except(ours.Type.Split('|')).Any() : Type != ours.Type)
            {
                yield return $"{Where}: is {ours.Type}, not {Type}";
            }
            foreach (var rule in Rules.Except(ours.Rules))
            {
                yield return $"{Where}: lacks {rule}; has {string.Join(' ', ours.Rules)}";
            }
        }
    }
}
