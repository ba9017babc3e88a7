"""The dates that mail programs write into header blocks ("Sent: 04 March 2024 18:02"), read as London time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier januar ionawr", "feb february février fevrier februar chwefror",
            "mar march mars märz mawrth",
            "apr april avril ebrill", "may mai", "jun june juin juni mehefin", "jul july juillet juli gorffennaf",
            "aug august août aout awst", "sep sept september septembre medi", "oct october octobre oktober hydref",
            "nov november novembre tachwedd", "dec december décembre decembre dezember rhagfyr",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\.?[ -]{1,2}(?:of )?([A-Za-zéûä]{3,10})\.?,?[ -]{1,2}(\d{4}|\d{2})\b"
)
_MONTH_DAY = re.compile(r"\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_SLASHES = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b")
_CLOCK = re.compile(r"\b(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s?([ap])?\.?(?:m\b)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:GMT|UTC)?\s?([+-])(\d{2}):?(\d{2})\b")


def parse_header_date(value: str) -> datetime | None:
    """The moment that a Sent: or Date: line names, in London time; None where it names none.

    Only the first 120 characters are read. A stated offset (`+0100`, `GMT`, `UTC`) is honoured, any other time is taken
    as London's; 3/4/2021 is the third of April, as British programs write it. A date without a time is midnight.
    """
    value = value[:120]
    found = _date_in(value)
    if found is None:
        return None
    year, month, day, end = found
    hour = minute = second = 0
    # The clock stands after the date, except where a program writes "10:00 on 3 May".
    clock = _CLOCK.search(value, end) or _CLOCK.search(value[: end - 6])
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if (clock[4] or "").lower() == "p" and hour < 12:
            hour += 12
        elif (clock[4] or "").lower() == "a" and hour == 12:
            hour = 0
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=LONDON)
    except ValueError:
        return None
    if clock:
        rest = value[clock.end() :] if clock.start() >= end - 6 else ""
        if offset := _OFFSET.search(rest):
            minutes = int(offset[2]) * 60 + int(offset[3])
            if minutes < 24 * 60:
                zone = timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
                return moment.replace(tzinfo=zone).astimezone(LONDON)
        elif "GMT" in rest or "UTC" in rest:
            return moment.replace(tzinfo=UTC).astimezone(LONDON)
    return moment


def has_clock(value: str) -> bool:
    """Whether a header's value holds a time of day, as a mail program's does and a question's seldom."""
    return bool(_CLOCK.search(value[:120]))


def _date_in(value: str) -> tuple[int, int, int, int] | None:
    """Year, month, day, and where the date ends."""
    if m := _ISO.search(value):
        return int(m[1]), int(m[2]), int(m[3]), m.end()
    if (m := _DAY_MONTH.search(value)) and (month := _MONTHS.get(m[2].lower())):
        return _year(m[3]), month, int(m[1]), m.end()
    if (m := _MONTH_DAY.search(value)) and (month := _MONTHS.get(m[1].lower())):
        return int(m[3]), month, int(m[2]), m.end()
    if m := _SLASHES.search(value):
        return _year(m[3]), int(m[2]), int(m[1]), m.end()
    return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)
