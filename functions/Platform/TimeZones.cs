using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;

namespace Planable.Platform;

/// <summary>
/// Time zones of the IANA database that NodaTime brings along, so that every machine answers alike. NodaTime is loaded by the first call.
/// </summary>
static class TimeZones
{
    /// <summary>
    /// The name to store for a zone: the current one in place of an older one. A city of <c>zone.tab</c> keeps its own name, although the
    /// database may treat it as another name for a city that has had the same clock (Europe/Oslo and Europe/Berlin). Null if there is no
    /// such zone.
    /// </summary>
    public static string? Canonical(string name)
    {
        var zones = TzdbDateTimeZoneSource.Default;
        return !zones.CanonicalIdMap.TryGetValue(name, out var canonical) ? null
            : zones.ZoneLocations?.Any(location => location.ZoneId == name) is true ? name : canonical;
    }

    /// <summary>A moment as clocks in a zone show it. Within the repeated hour of autumn the offset is added.</summary>
    public static string Show(DateTimeOffset moment, string zone)
    {
        // The calendar ends with the year 9999, so no clock is ahead of UTC then.
        var clock = moment.UtcDateTime.Year < 9999 ? DateTimeZoneProviders.Tzdb[zone] : DateTimeZone.Utc;
        var local = Instant.FromDateTimeOffset(moment).InZone(clock);
        var pattern = clock.MapLocal(local.LocalDateTime).Count > 1
            ? "d MMMM yyyy, HH:mm '('z', UTC'o<+HH:mm>')'" : "d MMMM yyyy, HH:mm '('z')'";
        return local.ToString(pattern, CultureInfo.InvariantCulture);
    }

    /// <summary>The first moment from this one on at which clocks in a zone show this full hour.</summary>
    public static DateTimeOffset NextAt(DateTimeOffset from, int hour, string zone)
    {
        var clock = DateTimeZoneProviders.Tzdb[zone];
        for (var day = Instant.FromDateTimeOffset(from).InZone(clock).Date; ; day = day.PlusDays(1))
        {
            if (clock.AtLeniently(day.At(new LocalTime(hour, 0))).ToInstant().ToDateTimeOffset() is var at && at >= from)
            {
                return at;
            }
        }
    }
}
