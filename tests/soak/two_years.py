"""24 simulated months of schedules in zones with changing clocks, replayed by the code that fires them and
held against instants that this script works out by itself: none lost, none doubled."""
import collections
import datetime
import json
import subprocess
import zoneinfo

import common
from common import Figure, arguments

UTC = datetime.timezone.utc
ZONES = ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca",
         "Asia/Kolkata", "Pacific/Chatham", "America/Havana"]
TIMES = ["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "12:00", "23:59"]


def written(zones):
    lines = ["directives:"]
    for z, zone in enumerate(zones):
        for t, time in enumerate(TIMES):
            lines.append(f'  - {{name: at_{z}_{t}, timezone: {zone}, trigger: {{at: "{time}"}}, action: {{log: x}}}}')
            hour, minute = time.split(":")
            lines.append(f'  - {{name: cron_{z}_{t}, timezone: {zone}, trigger: {{cron: "{int(minute)} {int(hour)} * * *"}}, action: {{log: x}}}}')
        lines.append(f'  - {{name: hourly_{z}, timezone: {zone}, trigger: {{cron: "0 * * * *"}}, action: {{log: x}}}}')
        lines.append(f'  - {{name: every_{z}, timezone: {zone}, trigger: {{every: 45m, anchor: epoch}}, action: {{log: x}}}}')
    return "\n".join(lines) + "\n"


def days(begin, end, zone):
    day = begin.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        yield day
        day += datetime.timedelta(days=1)


def once_a_day(begin, end, zone, time):
    """The first instant with that local time of each day; where the day has none, nothing (and its date)."""
    hour, minute = map(int, time.split(":"))
    instants, gaps = set(), set()
    for day in days(begin, end, zone):
        local = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        instant = local.astimezone(UTC)
        back = instant.astimezone(zone)
        if (back.hour, back.minute) != (hour, minute):
            gaps.add(day)
        elif begin < instant <= end:
            instants.add(instant)
    return instants, gaps


def whole_hours(begin, end, zone):
    instants, now = set(), begin
    while now <= end:
        if begin < now and now.astimezone(zone).minute == 0:
            instants.add(now)
        now += datetime.timedelta(minutes=15)
    return instants


def main():
    options = arguments()
    zones = ZONES[:3] if options.quick else ZONES
    begin = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    end = datetime.datetime(2028, 1, 1, tzinfo=UTC)
    with Figure("two years") as figure:
        project = figure.project()
        project.write("directives/all.yaml", written(zones))
        out = subprocess.run([common.os.environ["AIFP"], "--project", str(project.root), "simulate", "--json",
                              "--from", begin.isoformat(), "--to", end.isoformat()], capture_output=True, check=True).stdout
        answer = json.loads(out)
        figure.check(not answer["problems"] and not answer["truncated"], str(answer["problems"])[:300])
        runs = collections.defaultdict(list)
        for one in answer["instants"]:
            if one["decision"] == "run":
                runs[one["directive"]].append(datetime.datetime.fromisoformat(one["at"].replace("Z", "+00:00")))
        gaps_seen = 0
        for z, name in enumerate(zones):
            zone = zoneinfo.ZoneInfo(name)
            for t, time in enumerate(TIMES):
                expected, gaps = once_a_day(begin, end, zone, time)
                gaps_seen += len(gaps)
                for kind in ("at", "cron"):
                    compare(figure, f"{kind} {time} {name}", runs[f"{kind}_{z}_{t}"], expected, gaps, zone)
            compare(figure, f"hourly {name}", runs[f"hourly_{z}"], whole_hours(begin, end, zone), set(), zone)
            step = datetime.timedelta(minutes=45)
            epoch = datetime.datetime(1970, 1, 1, tzinfo=UTC)
            first = epoch + step * ((begin - epoch) // step + 1)
            count = (end - first) // step + 1
            compare(figure, f"every 45m {name}", runs[f"every_{z}"], {first + step * i for i in range(count)}, set(), zone)
        total = sum(map(len, runs.values()))
        figure.result = (f"24 months, {len(zones)} zones, {len(runs)} schedules, {total} instants that run, "
                         f"{gaps_seen} local times that do not exist, {len(figure.broken)} differences")


def compare(figure, what, ran, expected, gaps, zone):
    doubled = [at for at, count in collections.Counter(ran).items() if count > 1]
    figure.check(not doubled, f"{what}: twice: {doubled[:3]}")
    extra = sorted(set(ran) - expected)
    lost = sorted(expected - set(ran))
    figure.check(not lost, f"{what}: lost: {[str(at) for at in lost[:3]]}")
    # A local time that does not exist runs once on that day, whatever the clock says then.
    dates = [at.astimezone(zone).date() for at in extra]
    figure.check(sorted(dates) == sorted(gaps), f"{what}: not expected: {[str(at) for at in extra[:3]]}, gaps {sorted(map(str, gaps))[:3]}")


main()
