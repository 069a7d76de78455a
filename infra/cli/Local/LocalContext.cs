using System.Collections;
using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace Planable.Cli;

/// <summary>The context of a function call that no host makes. The indexer sets the binding data of a message.</summary>
sealed class LocalContext(LocalFunction function, IServiceProvider services, CancellationToken cancel) : FunctionContext
{
    readonly Dictionary<string, object?> _bindingData = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        set => _bindingData[name] = value;
    }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => function.Name;

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext => field ??= new Binding(_bindingData);

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => field ??= new Definition(function);

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new FeatureList();

    public override CancellationToken CancellationToken { get; } = cancel;

    sealed class Binding(Dictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    sealed class Definition(LocalFunction function) : FunctionDefinition
    {
        public override ImmutableArray<FunctionParameter> Parameters => [];

        public override string PathToAssembly => typeof(HttpFunctions).Assembly.Location;

        public override string EntryPoint => function.EntryPoint;

        public override string Id => function.Name;

        public override string Name => function.Name;

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } =
            ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    sealed class FeatureList : IInvocationFeatures
    {
        readonly Dictionary<Type, object> _all = [];

        public void Set<T>(T instance) => _all[typeof(T)] = instance!;

        public T? Get<T>() => _all.TryGetValue(typeof(T), out var found) ? (T)found : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _all.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
