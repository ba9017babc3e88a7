"""Reads collections of odd and hostile files, and says what came of each: nothing may be lost, raise or hang.

    python scripts/run_collections.py FOLDER [FOLDER …] [--seconds 90] [--log FILE]

Each folder is one collection: every file in it goes through intake, letters and questions on its own, as in a run. A
file passes if it gives at least one message and each message has text or a problem with a code. Where a collection
states what is in its files, the agreement is measured: `*.json` beside `*.eml` as stalwartlabs/mail-parser does, and
`*.txt.expected` beside `*.txt` as alaveteli does (quoted history and footers folded). Which collections, and where they
are to be had, stands in docs/hostile-input.md; none of them belongs to this repository. Exit code 1: a file failed.
"""

from __future__ import annotations

import argparse
import difflib
import faulthandler
import json
import re
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.force import Force
from classifier.intake import Limits, find_items
from classifier.intake.items import walk
from classifier.intake.mail import read as read_mail
from classifier.letters import read_letter
from classifier.pipeline import Context, Read, read_item
from classifier.records import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classifier.intake.wire import Mail

_SPACE: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"\w+")
_DAMAGED: Final = re.compile(r"\w*\ufffd[\w\ufffd]*")
_FOLDED: Final = "FOLDED_QUOTED_SECTION"
LIMITS: Final = Limits(child_seconds=20)


class Hang(BaseException):
    """A file took longer than it may. No Exception, so that nothing on the way can take it for a damaged file."""


@dataclass(slots=True)
class Tally:
    """What came of the files of one collection."""

    name: str
    files: int = 0
    messages: int = 0
    words: int = 0  # messages with text
    codes: Counter[str] = field(default_factory=Counter[str])
    failed: list[str] = field(default_factory=list[str])  # uncaught errors, hangs, outcomes without a type
    slowest: float = 0.0
    slowest_file: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the collections named on the command line; 1 where a file failed."""
    parser = argparse.ArgumentParser(description="Read collections of odd and hostile files.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=90.0, help="what a file may take before it counts as a hang")
    parser.add_argument("--log", type=Path, help="one JSON line a file")
    options = parser.parse_args(arguments)
    context = Context(Force(), None, date(2026, 1, 5), LIMITS)
    log = options.log.open("w", encoding="utf-8") if options.log else None
    tallies: list[Tally] = []
    print(
        "| collection | files | messages | with text | problems by code | slowest, s | failed |\n"
        "|---|---|---|---|---|---|---|"
    )
    for folder in options.folders:
        tally = Tally(folder.name)
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            line = one(path, folder, context, tally, options.seconds)
            if log:
                log.write(json.dumps(line, ensure_ascii=False) + "\n")
        tallies.append(tally)
        codes = ", ".join(f"{code} {count}" for code, count in tally.codes.most_common())
        print(
            f"| {tally.name} | {tally.files} | {tally.messages} | {tally.words} | {codes} | {tally.slowest:.1f} "
            f"| {len(tally.failed)} |",
            flush=True,
        )
    for tally in tallies:
        print(f"\n{tally.name}: slowest {tally.slowest_file}" if tally.slowest > 5 else "", end="")
        for failure in tally.failed:
            print(f"\nFAILED {tally.name}: {failure}", end="")
    print()
    for folder in options.folders:
        for agreement in (*structure(folder), *folding(folder)):
            print(agreement)
    if log:
        log.close()
    return int(any(tally.failed for tally in tallies))


def one(path: Path, root: Path, context: Context, tally: Tally, seconds: float) -> dict[str, Any]:
    """What came of one file; counted in `tally`."""
    name = path.relative_to(root).as_posix()
    tally.files += 1
    reads: list[Read] = []
    failure = ""
    begun = time.perf_counter()
    with _Watch(seconds):
        try:
            for item in walk([path], context.limits):
                reads += read_item(item, context)
        except Hang:
            failure = f"more than {seconds:g} s"
        except Exception as e:  # noqa: BLE001 - to find these is what this program is for
            failure = f"{type(e).__name__}: {str(e)[:200]}"
    took = time.perf_counter() - begun
    messages = [read.letter.message for read in reads]
    if not failure and not messages:
        failure = "no message"
    holders = {m.part_of for m in messages}  # messages that hold others and no words: each of those is here itself
    if not failure and any(not has_text(m) and not m.problems and m.id not in holders for m in messages):
        failure = "a message with neither text nor problem"
    if failure:
        tally.failed.append(f"{name}: {failure}")
    if took > tally.slowest:
        tally.slowest, tally.slowest_file = took, f"{name} ({took:.1f} s)"
    tally.messages += len(messages)
    tally.words += sum(has_text(m) for m in messages)
    codes = [p.code for m in messages for p in m.problems]
    tally.codes.update(codes)
    return {"file": name, "messages": len(messages), "codes": codes, "seconds": round(took, 2), "failure": failure}


def has_text(message: Message) -> bool:
    """Whether a message has any text of its own or in its attachments."""
    return bool(message.body.strip() or message.documents)


class _Watch:
    """Ends what runs longer than it may: by a signal where there is one, and with its traceback where that fails."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        faulthandler.dump_traceback_later(self.seconds * 2, exit=True)
        if sys.platform != "win32":
            signal.signal(signal.SIGALRM, _hang)
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_: object) -> None:
        faulthandler.cancel_dump_traceback_later()
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)


def _hang(*_: object) -> None:
    raise Hang


# Agreement with what a collection states.


def structure(folder: Path) -> Iterator[str]:
    """Agreement with the JSON of stalwartlabs/mail-parser beside its messages, as lines of a table."""
    counts: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    differ: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.eml")):
        beside = path.with_suffix(".json")
        if not beside.exists():
            continue
        expected: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8"))
        if "parts" not in expected:
            continue
        found = read_mail(path.read_bytes(), LIMITS, None)
        for what, agrees in compare(expected, found, path).items():
            totals[what] += 1
            counts[what] += agrees
            if not agrees:
                differ.setdefault(what, []).append(path.relative_to(folder).as_posix())
    if totals:
        yield "\n| stated by the collection | agrees | of | differs in |\n|---|---|---|---|"
    for what, total in totals.items():
        others = differ.get(what, [])
        yield f"| {what} | {counts[what]} | {total} | {', '.join(others[:12])}{' …' if len(others) > 12 else ''} |"


def compare(expected: dict[str, Any], found: Mail, path: Path) -> dict[str, bool]:
    """What of a stated structure this program's reading agrees with; only what is stated is compared."""
    parts: list[dict[str, Any]] = expected["parts"]
    top = {h["name"]: h["value"] for h in reversed(parts[0]["headers"]) if isinstance(h["name"], str)}
    out: dict[str, bool] = {}
    if isinstance(subject := _inner(top.get("subject"), "Text"), str):
        # Bytes that the collection gives up on (U+FFFD) may be any character here.
        pattern = re.escape(_plain(subject)).replace("\ufffd", ".{1,3}")
        out["subject"] = re.fullmatch(pattern, _plain(found.subject)) is not None
    if senders := _addresses(top.get("from")):
        out["sender's address"] = senders[0].lower() == found.sender.address.lower()
    if to := _addresses(top.get("to")):
        shown = " ".join(found.to).lower()
        out["recipients"] = all(address.lower() in shown for address in to)
    when = _moment(_inner(top.get("date"), "DateTime"))
    if when is not None and 1980 <= when.year <= 2100:
        out["date"] = found.sent is not None and found.sent.astimezone(UTC) == when
    words = Counter(_WORD.findall(_DAMAGED.sub(" ", " ".join(_texts(expected, parts, "text_body")))))
    if words:
        have = Counter(_WORD.findall(_everything(path)))
        out["words of the text"] = (words & have).total() >= 0.99 * words.total()
    return out


def _everything(path: Path) -> str:
    """All text that the program finds in a message: body, attachments, and messages attached."""
    from classifier.intake import parse_item

    messages = [m for item in find_items([path]) for m in parse_item(item)]
    return "\n".join(f"{m.body}\n" + "\n".join(d.text for d in m.documents) for m in messages)


def _texts(expected: dict[str, Any], parts: list[dict[str, Any]], kind: str) -> Iterator[str]:
    from classifier.intake.html import to_text

    for number in expected[kind]:
        body = parts[number]["body"]
        if isinstance(text := _inner(body, "Text"), str):
            yield text
        elif isinstance(markup := _inner(body, "Html"), str):
            yield to_text(markup)


def _inner(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _addresses(value: object) -> list[str]:
    listed = _inner(_inner(value, "Address"), "List")
    groups = _inner(_inner(value, "Address"), "Group")
    people: list[Any] = [*(listed if isinstance(listed, list) else [])]
    for group in groups if isinstance(groups, list) else []:
        people += group["addresses"]
    return [person["address"] for person in people if person.get("address")]


def _moment(value: object) -> datetime | None:
    if not isinstance(value, dict):
        return None
    sign = "-" if value["tz_before_gmt"] else "+"
    written = "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}".format(**value)
    try:
        return datetime.fromisoformat(f"{written}{sign}{value['tz_hour']:02}:{value['tz_minute']:02}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def folding(folder: Path) -> Iterator[str]:
    """Agreement with alaveteli's pairs on which words are history or furniture, as a table."""
    rows: list[str] = []
    total: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.txt.expected"), key=lambda p: (len(p.name), p.name)):
        source = path.with_suffix("")
        before = source.read_text(encoding="utf-8", errors="replace")
        kept = _kept(before, path.read_text(encoding="utf-8", errors="replace"))
        message = Message(id="0" * 64, source=source.name, body=before)
        letter = read_letter(message, Force())
        ours = _covered(before, letter.whole, letter.zones)
        same = sum(a == b for a, b in zip(kept, ours, strict=True))
        lost = sum(a and not b for a, b in zip(kept, ours, strict=True))
        words, folded = len(kept), len(kept) - sum(kept)
        total.update(same=same, words=words, folded=folded, here=words - sum(ours), lost=lost)
        rows.append(
            f"| {source.name} | {words} | {folded} | {words - sum(ours)} | {lost} | {same / max(words, 1):.0%} |"
        )
    if rows:
        yield "\n| pair | words | folded there | folded here | folded here alone | words alike |"
        yield "|---|---|---|---|---|---|"
        yield from rows
        share = total["same"] / total["words"]
        yield f"| all | {total['words']} | {total['folded']} | {total['here']} | {total['lost']} | {share:.0%} |"


def _kept(before: str, after: str) -> list[bool]:
    """For each word of `before` whether it still stands in `after`."""
    words, left = _WORD.findall(before), [w for w in _WORD.findall(after) if w != _FOLDED]
    out = [False] * len(words)
    for block in difflib.SequenceMatcher(None, words, left, autojunk=False).get_matching_blocks():
        out[block.a : block.a + block.size] = [True] * block.size
    return out


def _covered(before: str, whole: str, zones: Sequence[Any]) -> list[bool]:
    """For each word of `before` whether it lies in a zone that is not history or furniture."""
    shown = "".join(whole[z.start : z.end] if z.kind in ("new", "signature", "forwarded") else " " for z in zones)
    return _kept(before, shown)


if __name__ == "__main__":
    sys.exit(main())
