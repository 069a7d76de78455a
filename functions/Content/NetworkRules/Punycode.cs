namespace Planable.Content.NetworkRules;

/// <summary>How long a label of a host is in the form that the DNS has (RFC 3492).</summary>
static class Punycode
{
    const int LongestLabel = 63, FirstPoint = 0x80;
    const int Digits = 36, LeastThreshold = 1, MostThreshold = 26, Skew = 38, Damp = 700, FirstBias = 72;

    public static bool Fits(string label) =>
        label.EnumerateRunes().Count() <= LongestLabel && Length([.. label.EnumerateRunes().Select(rune => rune.Value)]) <= LongestLabel;

    static int Length(int[] points)
    {
        var basic = points.Count(point => point < FirstPoint);
        if (basic == points.Length)
        {
            return basic;
        }
        var (length, bias, delta, handled) = ("xn--".Length + basic + (basic > 0 ? 1 : 0), FirstBias, 0, basic);
        for (var point = FirstPoint; handled < points.Length; point++, delta++)
        {
            var next = points.Where(one => one >= point).Min();
            (delta, point) = (delta + ((next - point) * (handled + 1)), next);
            foreach (var one in points.Where(one => one <= next))
            {
                if (one < next)
                {
                    delta++;
                    continue;
                }
                length += DigitsOf(delta, bias);
                (bias, delta, handled) = (Adapt(delta, handled + 1, isFirst: handled == basic), 0, handled + 1);
            }
        }
        return length;
    }

    static int DigitsOf(int delta, int bias)
    {
        var count = 1;
        for (var at = Digits; Math.Clamp(at - bias, LeastThreshold, MostThreshold) is var threshold && delta >= threshold; at += Digits)
        {
            (delta, count) = ((delta - threshold) / (Digits - threshold), count + 1);
        }
        return count;
    }

    static int Adapt(int delta, int handled, bool isFirst)
    {
        delta /= isFirst ? Damp : 2;
        delta += delta / handled;
        var bias = 0;
        for (; delta > (Digits - LeastThreshold) * MostThreshold / 2; bias += Digits)
        {
            delta /= Digits - LeastThreshold;
        }
        return bias + (Digits * delta / (delta + Skew));
    }
}
