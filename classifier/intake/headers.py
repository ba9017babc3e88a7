"""What the headers of a message say: subject, people, dates, and which of them later rooms may see.

Addresses and dates are read with mail-parser, whose readers recover what the standard library drops; encoded words are
decoded here, in linear time and with the charsets that mail really uses.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from classifier.intake.decode import clean, codec, decode
from classifier.records import Person, ReceivedBasis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.intake.mime import Part

LONDON: Final = ZoneInfo("Europe/London")

# Headers that later rooms use: threads, the kind of message, the regulator's and the sites' marks.
KEPT_HEADERS: Final = (
    "message-id", "in-reply-to", "references", "thread-topic", "date", "reply-to", "cc", "return-path", "sender",
    "auto-submitted", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "precedence", "x-failed-recipients",
    "list-id", "list-unsubscribe", "feedback-id", "delivered-to", "x-original-to", "importance", "x-priority",
    "sensitivity", "x-mailer", "resent-from",
)  # fmt: skip

_WORD: Final = re.compile(rb"=\?([!-<>-~]{1,60}?)(?:\*[!-<>-~]{0,20})?\?([bBqQ])\?([^?\r\n]*)\?=")
_SPACE: Final = re.compile(r"\s+")
_ZONES: Final = {" BST": " +0100", " GMT+1": " +0100", " IST": " +0100", " UTC": " +0000", " Z": " +0000"}
_ADDRESS_BYTES: Final = 16_384
_MOST_ADDRESSES: Final = 200
_SECOND_LEVEL: Final = {"co", "ac", "gov", "org", "net", "police", "nhs", "mod", "me", "ltd", "plc", "sch", "com"}
_BY: Final = re.compile(r"\bby\s+([A-Za-z0-9._-]{1,255})")


def text(raw: bytes | None) -> str:
    """A header's value as text on one line: encoded words and raw 8-bit characters decoded, spaces collapsed."""
    if not raw:
        return ""
    if b"=?" not in raw:
        return _SPACE.sub(" ", clean(decode(raw))).strip()
    out: list[str] = []
    run, run_codec, at = b"", "", 0
    for m in _WORD.finditer(raw):
        between = raw[at : m.start()]
        at = m.end()
        name = codec(m[1].decode("ascii")) or ""
        packed = _unpack(m[2], m[3])
        if run and not between.strip() and name == run_codec:
            run += packed  # a character may be spread over two words
            continue
        if run:
            out.append(decode(run, run_codec or None))
        if between.strip() or not run:
            out.append(decode(between))
        run, run_codec = packed, name
    if run:
        out.append(decode(run, run_codec or None))
    out.append(decode(raw[at:]))
    return _SPACE.sub(" ", clean("".join(out))).strip()


def _unpack(encoding: bytes, value: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(value, header=True)
    try:
        return binascii.a2b_base64(value + b"=" * (-len(value) % 4))
    except binascii.Error:
        return value


def people(raw: bytes | None) -> tuple[Person, ...]:
    """The people in an address header; a header without an address gives one person with a name alone."""
    if not raw:
        return ()
    return _short_people(raw) if len(raw) < _SHORT else _people(raw)


def _people(raw: bytes) -> tuple[Person, ...]:
    found: list[Person] = []
    line = decode(raw[:_ADDRESS_BYTES])
    for name, address in get_addresses(line)[:_MOST_ADDRESSES]:
        shown = text(name.encode("utf-8", "replace")).strip("\"' ")
        if address or shown:
            found.append(Person(name="" if shown == address else shown, address=clean(address).strip()))
    if not found and (name := text(raw[:_ADDRESS_BYTES])):
        found.append(Person(address=name.strip("<> ")) if "@" in name and " " not in name else Person(name=name))
    return tuple(found)


# An inbox is full of the same few addressees, and each date is asked for twice; both cost more than all else here.
_SHORT: Final = 300
_short_people: Final = lru_cache(maxsize=1024)(_people)


def moment(raw: bytes | None) -> datetime | None:
    """A date header as London time; None where it cannot be read or lies outside 1980 to 2100."""
    return _moment(raw[:500]) if raw else None


@lru_cache(maxsize=64)
def _moment(raw: bytes) -> datetime | None:
    line = decode(raw).strip()
    for zone, offset in _ZONES.items():
        if line.upper().endswith(zone):
            line = line[: -len(zone)] + offset
    when: datetime | None = parse_mail_date(line).value
    if when is None:
        try:
            when = parsedate_to_datetime(line)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return to_london(when)


def to_london(when: datetime) -> datetime | None:
    """`when` in London time (UTC is meant where it names no zone); None outside 1980 to 2100."""
    if not 1980 <= when.year <= 2100:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(LONDON)


def received(part: Part, option: date | None) -> tuple[datetime | None, ReceivedBasis]:
    """When the message first reached the authority, and what says so.

    Each server puts its Received line on top of those before it, so the topmost is the recipient's own. Below it stand
    the authority's other servers, down to the gateway that took the message in from outside: that one, the oldest of
    the unbroken run of servers in the topmost one's organisation, is where it first reached the authority. Lines
    further down were written outside, by the sender if they like, and are not looked at. Then the Date header, then
    the date given as an option.
    """
    lines = part.headers("received")[:200]
    found: datetime | None = None
    home = ""
    for line in lines:
        when = moment(line.rpartition(b";")[2])
        host = _by(line)
        inside = not host or "." not in host or host.endswith((".local", ".internal", ".lan")) or host[-1].isdigit()
        if not inside and home and organisation(host) != home:
            break
        if not inside and not home:
            home = organisation(host)
        if when and (found is None or when <= found + timedelta(hours=1)):
            found = when
    if found:
        return found, "received header"
    if when := moment(part.header("date")):
        return when, "date header"
    return by_option(option)


def by_option(option: date | None) -> tuple[datetime | None, ReceivedBasis]:
    """The start, in London, of the day that the user gave for inputs that carry none."""
    if option is None:
        return None, "none"
    return datetime.combine(option, time(), LONDON), "option"


def _by(line: bytes) -> str:
    m = _BY.search(decode(line[:2_000]))
    return m[1].rstrip(".").lower() if m else ""


def organisation(host: str) -> str:
    """The part of a host name that names its owner: `mx1.kent.police.uk` gives `kent.police.uk`."""
    labels = host.split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


def kept(part: Part) -> dict[str, str]:
    """The headers that later rooms use, lower-case name to decoded value, the topmost of each.

    `content-type` is there for reports alone (`multipart/report; report-type=…`), where it tells a bounce.
    """
    out: dict[str, str] = {}
    for name, value in part.fields:
        if name in _KEPT and name not in out:
            out[name] = text(value)
    if part.content.report_type or part.content.type == "multipart/report":
        out["content-type"] = f"{part.content.type}; report-type={part.content.report_type}"
    return out


_KEPT: Final = frozenset(KEPT_HEADERS)


def written(people_: Sequence[Person]) -> tuple[str, ...]:
    """People as one would write them: `Name <address>`."""
    return tuple(f"{p.name} <{p.address}>" if p.name and p.address else p.name or p.address for p in people_)
