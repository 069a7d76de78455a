namespace Planable.Functions.Benchmarks;

/// <summary>
/// An hour in which many posts are due, in virtual time: the timer reads the due index and sends messages, instances are added by the
/// platform's rules, and each post is published with its storage calls. A seed makes every run the same. A limit that is reached delays
/// calls; storage would refuse them, and the client would repeat them.
/// </summary>
sealed class ScaleSimulation
{
    /// <summary>Index rows with a copy of a post: by page, campaign and date, and of all that clients see.</summary>
    const int Copies = 4;

    readonly ScaleLimits _limits;
    readonly ScaleDesign _design;
    readonly Random _random;
    readonly PriorityQueue<Action, (double At, long Order)> _events = new();
    readonly Throttle _account, _queue, _vault, _timer;
    readonly Dictionary<(int Hour, int Shard), Throttle> _due = [];
    readonly Throttle?[] _workspaces;
    readonly int[] _workspaceOf;
    readonly double[] _dueAt, _entryAt, _sentAt;
    readonly bool[] _taken, _done;
    readonly PriorityQueue<int, double>[] _entries;
    readonly Queue<int>[] _lanes;
    readonly Queue<ScaleMessage> _visible = new();
    readonly List<ScaleInstance> _instances = [];
    double _now, _runStarted;
    long _order;
    int _left, _busyLanes, _stored, _alive;

    public ScaleSimulation(ScaleLoad load, ScaleLimits limits, ScaleDesign design, int seed)
    {
        (_limits, _design, _random, _left) = (limits, design, new Random(seed), load.Posts);
        (_account, _queue, _vault, _timer) =
            (new(limits.Account), new(limits.Queue), new(limits.Vault), new(limits.CallsOfCore));
        _workspaces = new Throttle?[load.Companies];
        (_dueAt, _entryAt, _sentAt) = (new double[load.Posts], new double[load.Posts], new double[load.Posts]);
        (_taken, _done, _workspaceOf) = (new bool[load.Posts], new bool[load.Posts], new int[load.Posts]);
        _entries = [.. Enumerable.Range(0, design.Shards).Select(_ => new PriorityQueue<int, double>())];
        _lanes = [.. Enumerable.Range(0, design.Shards).Select(_ => new Queue<int>())];
        for (var post = 0; post < load.Posts; post++)
        {
            _dueAt[post] = post < load.OnTheHour ? 0 : _random.Next(load.Minutes) * 60;
            // A few companies have most posts.
            _workspaceOf[post] = (int)(load.Companies * Math.Pow(_random.NextDouble(), 3));
            Enter(post, _dueAt[post]);
        }
    }

    /// <summary>How long after its time each post was sent to its network, in seconds.</summary>
    public double[] Lateness { get; private set; } = [];

    public int MostInstances { get; private set; }

    public int Messages { get; private set; }

    public double EndedAt => _now;

    public IEnumerable<(string Name, Throttle Throttle)> Throttles =>
    [
        ("storage account, requests", _account),
        ("partition of due, entities", _due.Values.MaxBy(one => (one.SaturatedAt is not null, one.Peak))!),
        ("partition of content, entities", _workspaces.OfType<Throttle>().MaxBy(one => one.Peak)!),
        ("queue publish-posts, messages", _queue),
        ("Key Vault, secrets", _vault),
        ("processor of ProcessDue, calls", _timer),
        ("processor of PublishPost, calls", _instances.Select(one => one.Processor).MaxBy(one => one.Peak)!),
    ];

    public ScaleSimulation Run()
    {
        At(-60, Tick);
        At(-55, Scale);
        while (_left > 0 && _events.TryDequeue(out var next, out var at))
        {
            _now = at.At;
            next();
        }
        Lateness = [.. _sentAt.Zip(_dueAt, (sent, due) => sent - due)];
        return this;
    }

    void At(double at, Action what) => _events.Enqueue(what, (at, _order++));

    void Enter(int post, double at)
    {
        _entryAt[post] = at;
        _entries[post % _design.Shards].Enqueue(post, at);
    }

    Throttle Due(int shard, double at)
    {
        var key = ((int)Math.Floor(at / 3600), shard);
        return _due.TryGetValue(key, out var known) ? known : _due[key] = new(_limits.Partition);
    }

    /// <summary>A storage call by the timer's instance.</summary>
    double Call(double now, Throttle target, double units) =>
        Math.Max(target.Take(now, units), Math.Max(_account.Take(now, 1), _timer.Take(now, 1))) + _limits.StorageLatency;

    void Tick()
    {
        _runStarted = _now;
        Read();
    }

    /// <summary>Reads entries of all shards, as many of one as of the others.</summary>
    void Read()
    {
        var left = _design.MostAtOnce;
        for (var isMore = true; isMore && left > 0;)
        {
            isMore = false;
            for (var shard = 0; shard < _design.Shards && left > 0; shard++)
            {
                while (_entries[shard].TryPeek(out var post, out var at) && at < _runStarted + 60)
                {
                    _entries[shard].Dequeue();
                    if (!_done[post] && _entryAt[post] == at)
                    {
                        _lanes[shard].Enqueue(post);
                        (isMore, left) = (true, left - 1);
                        break;
                    }
                }
            }
        }
        _busyLanes = _design.Shards;
        for (var shard = 0; shard < _design.Shards; shard++)
        {
            // A request finds out that there are none.
            var (lane, read) = (shard, _now);
            for (var rows = Math.Max(_lanes[shard].Count, 1); rows > 0; rows -= ScaleLimits.RowsOfPage)
            {
                read = Call(read, Due(shard, _now), Math.Min(rows, ScaleLimits.RowsOfPage));
            }
            At(read, () => HandOver(lane));
        }
    }

    /// <summary>Moves up to a hundred entries to a later time and sends their messages.</summary>
    void HandOver(int shard)
    {
        if (_lanes[shard].Count == 0)
        {
            if (--_busyLanes == 0)
            {
                EndRun();
            }
            return;
        }
        var some = new List<int>();
        while (some.Count < ScaleLimits.RowsOfTransaction && _lanes[shard].TryDequeue(out var post))
        {
            some.Add(post);
        }
        var (old, later) = (some.Max(post => _entryAt[post]), _now + ScaleDesign.CheckAfter);
        var sending = new double[ScaleLimits.SendsAtOnce];
        Array.Fill(sending, Call(_now, Due(shard, later), some.Count));
        some.ForEach(post => Enter(post, later));
        foreach (var (number, posts) in some.Chunk(_design.PostsOfJob).Index())
        {
            var sent = sending[number % sending.Length] = Call(sending[number % sending.Length], _queue, 1);
            At(sent, () => _visible.Enqueue(new(posts, later)));
            (_stored, Messages) = (_stored + 1, Messages + 1);
        }
        At(Call(sending.Max(), Due(shard, old), some.Count), () => HandOver(shard));
    }

    void EndRun()
    {
        var isMore = Array.Exists(_entries, shard => shard.TryPeek(out _, out var at) && at < _runStarted + 60);
        if (isMore && _now - _runStarted < _design.RunFor)
        {
            Read();
            return;
        }
        At((Math.Floor(_now / 60) + 1) * 60, Tick);
    }

    void Scale()
    {
        // The platform takes a queue of which no message is visible as empty.
        var wanted = _visible.Count == 0 ? 0
            : Math.Min((int)Math.Ceiling(_stored / (double)(ScaleLimits.BatchSize + ScaleLimits.NewBatchThreshold)), _limits.Instances);
        foreach (var idle in _instances.Where(one => !one.IsGone && one.Running == 0).Take(Math.Max(_alive - wanted, 0)))
        {
            idle.IsGone = true;
            _alive--;
        }
        for (var added = 0; added < _limits.InstancesAtOnce && _alive < wanted; added++, _alive++)
        {
            var one = new ScaleInstance(_limits.CallsOfCore) { IsPolling = true };
            _instances.Add(one);
            At(_now + _limits.ColdStart, () => Poll(one));
        }
        MostInstances = Math.Max(MostInstances, _alive);
        At(_now + _limits.ScaleEvery, Scale);
    }

    void Poll(ScaleInstance one)
    {
        one.IsPolling = false;
        Receive(one);
    }

    void Receive(ScaleInstance one)
    {
        if (one.IsGone || one.IsPolling || one.Running > ScaleLimits.NewBatchThreshold)
        {
            return;
        }
        var count = Math.Min(_visible.Count, ScaleLimits.BatchSize);
        var received = Math.Max(_account.Take(_now, 1), count > 0 ? _queue.Take(_now, count) : _now) + _limits.StorageLatency;
        for (var taken = 0; taken < count; taken++)
        {
            var message = _visible.Dequeue();
            message.Instance = one;
            one.Running++;
            At(received, () => Start(message));
        }
        one.Backoff = count > 0 ? ScaleLimits.FirstPoll : Math.Min(one.Backoff * 2, ScaleLimits.LongestPoll);
        one.IsPolling = true;
        At(count > 0 ? received : _now + one.Backoff, () => Poll(one));
    }

    /// <summary>Storage calls of a worker for a post, one after another, of which some touch rows of its workspace.</summary>
    double Work(double now, int post, ScaleMessage message, int calls, int steps, int entities)
    {
        var workspace = _workspaces[_workspaceOf[post]] ??= new(_limits.Partition);
        var served = Math.Max(_account.Take(now, calls), message.Instance!.Processor.Take(now, calls));
        return Math.Max(served, workspace.Take(now, entities)) + (steps * _limits.StorageLatency);
    }

    void Start(ScaleMessage message)
    {
        foreach (var post in message.Posts)
        {
            // Reads the group. If the post is new, reads the workspace and the page at once, stores the attempt, reads the credentials, and
            // stores that the post is about to be sent.
            var isNew = !_taken[post];
            _taken[post] = true;
            var ready = isNew ? Math.Max(Work(_now, post, message, 5, 4, 5 + Copies), _vault.Take(_now, 1))
                : Work(_now, post, message, 1, 1, 1);
            At(ready, () =>
            {
                if (isNew)
                {
                    Send(post, message);
                }
                else
                {
                    End(message);
                }
            });
        }
    }

    void Send(int post, ScaleMessage message)
    {
        _sentAt[post] = _now;
        // Most answers take about as long as the median, a few much longer.
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        At(_now + (_limits.NetworkLatency * Math.Exp(0.7 * normal)), () => Settle(post, message));
    }

    /// <summary>Stores the post, its copies, its attempt and its activity in one transaction.</summary>
    void Settle(int post, ScaleMessage message)
    {
        (_done[post], _left) = (true, _left - 1);
        At(Work(_now, post, message, 1, 1, 3 + Copies), () => End(message));
    }

    /// <summary>After its last post, removes a message's entries and deletes it.</summary>
    void End(ScaleMessage message)
    {
        if (--message.Left > 0)
        {
            return;
        }
        var removed = Due(message.Posts[0] % _design.Shards, message.At).Take(_now, message.Posts.Length);
        removed = Math.Max(removed, Math.Max(_account.Take(_now, 2), _queue.Take(_now, 1))) + (2 * _limits.StorageLatency);
        At(removed, () =>
        {
            _stored--;
            message.Instance!.Running--;
            Receive(message.Instance);
        });
    }
}
