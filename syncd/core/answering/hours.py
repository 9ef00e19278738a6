"""Service hours: when in a week a team answers, and what a moment is after so many of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from syncd.core.model import Ms

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN = re.compile(r"(\S+) (\d\d):(\d\d)-(\d\d):(\d\d) (\S+)")
_WHOLE_DAY = 24 * 60
_FARTHEST_DAYS = 400


@dataclass(frozen=True)
class ServiceHours:
    """The same hours on some days of each week."""

    days: frozenset[int]
    """Monday is 0."""
    opens: int
    """Minutes after midnight, as the zone's clocks show them."""
    closes: int
    """Later than `opens`, 1440 at most."""
    zone: tzinfo

    def after(self, start: Ms, worked_ms: int) -> Ms | None:
        """Return the moment at which that much service has passed since `start`.

        None: it would take longer than a year. It counts real time: a service around the hour that
        a zone skips or repeats is shorter or longer.
        """
        left = worked_ms
        for opened, closed in self._windows(start):
            begin = max(opened, start)
            if closed - begin >= max(left, 1):
                return Ms(begin + left)
            left -= max(closed - begin, 0)
        return None

    def _windows(self, start: Ms) -> Iterator[tuple[int, int]]:
        first = _local(start, self.zone).date()
        # Begins a day early: a zone that went back may be in its service of the day before.
        for number in range(-1, _FARTHEST_DAYS):
            day = first + timedelta(days=number)
            if day.weekday() in self.days:
                yield self._at(day, self.opens), self._at(day, self.closes)

    def _at(self, day: date, minutes: int) -> int:
        day += timedelta(days=minutes // _WHOLE_DAY)
        clock = time(minutes % _WHOLE_DAY // 60, minutes % 60, tzinfo=self.zone)
        return int(datetime.combine(day, clock).timestamp()) * 1000


def read_zone(name: str) -> tzinfo:
    """Return a time zone by its name in the IANA database; ValueError says what would be right."""
    if name == "UTC":
        return UTC  # Known without that database, which a small machine may not have.
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"{name} is no time zone that this machine knows; write it like Asia/Tokyo"
        ) from None


def read_hours(written: str) -> ServiceHours:
    """Return the service hours of `Mon-Fri 09:00-18:00 Asia/Tokyo`; ValueError says what is wrong.

    Days may be parted by commas, `Mon-Thu,Sat`; 24:00 is the end of the day.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError("must be like Mon-Fri 09:00-18:00 Asia/Tokyo, or empty")
    opens, closes = _minutes(found[2], found[3]), _minutes(found[4], found[5])
    if opens >= closes:
        raise ValueError("must begin before it ends; 24:00 is the end of the day")
    days = frozenset(day for part in found[1].split(",") for day in _days(part))
    return ServiceHours(days, opens, closes, read_zone(found[6]))


def read_clock(moment: Ms, now: Ms, zone: str) -> str:
    """Return what clocks in that zone show then: `14:05`, on another day `2026-12-01 14:05`."""
    there, today = _local(moment, read_zone(zone)), _local(now, read_zone(zone))
    return there.strftime("%H:%M" if there.date() == today.date() else "%Y-%m-%d %H:%M")


def _local(moment: Ms, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(moment // 1000, UTC).astimezone(zone)


def _minutes(hours: str, minutes: str) -> int:
    found = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or found > _WHOLE_DAY:
        raise ValueError(f"{hours}:{minutes} is no time of day")
    return found


def _days(part: str) -> list[int]:
    """Return the days of `Mon`, or of `Fri-Mon`, which goes over the end of the week."""
    first, dash, last = part.lower().partition("-")
    if first not in _DAYS or (dash and last not in _DAYS):
        raise ValueError(f"{part} names no days; write them like Mon-Fri or Mon,Wed")
    begin = _DAYS.index(first)
    end = _DAYS.index(last) if dash else begin
    return [day % 7 for day in range(begin, end + (8 if end < begin else 1))]
