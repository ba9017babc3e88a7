"""Counting for the report, and its two drawings: deadlines by week, and topics as bars.

Both are inline SVG whose places are shares of the width, so that words keep their size on a telephone and in print.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.sheets.markup import Html, join, tag
from classifier.sheets.order import strictest
from classifier.sheets.rows import earliest, suggested
from classifier.sheets.words import kind_name, long_date, short_date, topic_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classifier.records import TriageRecord

WEEKS: Final = 12
MOST_TOPICS: Final = 12
_CLASSES: Final = ("urgent", "mandatory", "other")


@dataclass
class Totals:
    """What the whole inbox comes to. A protected paper counts as a letter and as protected, nothing else."""

    letters: int = 0
    questions: int = 0
    urgent: int = 0
    mandatory: int = 0
    problems: int = 0
    copies: int = 0
    protected: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])
    topics: Counter[str] = field(default_factory=Counter[str])
    due: dict[str, Counter[date]] = field(default_factory=lambda: {c: Counter[date]() for c in _CLASSES})


def count(records: Iterable[TriageRecord]) -> Totals:
    """Go through the records once."""
    totals = Totals()
    for record in records:
        totals.letters += 1
        if record.protected:
            totals.protected += 1
            continue
        mandatory = strictest(record) == "mandatory"
        totals.questions += sum(q.kind == "request" for q in record.questions)
        totals.urgent += bool(record.urgent)
        totals.mandatory += mandatory
        totals.problems += bool(record.problems)
        totals.copies += record.duplicate_of is not None
        totals.kinds[kind_name(record.kind.label)] += 1
        totals.topics.update(t.label for t in suggested(record.topics))
        if day := earliest(record):
            totals.due["urgent" if record.urgent else "mandatory" if mandatory else "other"][day] += 1
    return totals


class Column(NamedTuple):
    """A bar of the time line: what stands under it, what it covers in words, how many letters of each class."""

    label: str
    covers: str
    counts: tuple[int, int, int]


def weeks(due: dict[str, Counter[date]]) -> list[Column]:
    """The twelve weeks in a row that hold most deadlines, Monday to Sunday, with what lies before and after them."""
    days: Counter[date] = Counter()
    for counts in due.values():
        days.update({_monday(day): n for day, n in counts.items()})
    if not days:
        return []
    # Candidates begin at a week that has deadlines, so the work does not grow with the years between them.
    span = timedelta(weeks=WEEKS)
    mondays = sorted(days)
    best, most, high, inside = mondays[0], 0, 0, 0
    for low in mondays:
        while high < len(mondays) and mondays[high] < low + span:
            inside += days[mondays[high]]
            high += 1
        if inside > most:
            best, most = low, inside
        inside -= days[low]
    last = max(day for day in mondays if day < best + span)
    shown = (last - best).days // 7 + 1
    out: list[Column] = []
    _add(out, "earlier", f"before {long_date(best)}", due, None, best, always=False)
    for n in range(shown):
        start = best + timedelta(weeks=n)
        _add(out, short_date(start), f"week of {long_date(start)}", due, start, start + timedelta(weeks=1), always=True)
    end = best + timedelta(weeks=shown)
    _add(out, "later", f"from {long_date(end)}", due, end, None, always=False)
    return out


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _add(
    out: list[Column], label: str, covers: str, due: dict[str, Counter[date]], start: date | None, end: date | None,
    *, always: bool,
) -> None:  # fmt: skip
    counts = [
        sum(n for day, n in due[c].items() if (start is None or day >= start) and (end is None or day < end))
        for c in _CLASSES
    ]
    if always or any(counts):
        out.append(Column(label, covers, (counts[0], counts[1], counts[2])))


def time_line(columns: list[Column]) -> Html:
    """The deadlines by week as stacked bars, with a key and the same figures in words for those who cannot see it."""
    if not columns:
        return tag("p", "No letter here has a deadline.", class_="quiet")
    top, height, bottom = 26, 150, 30
    most = max(sum(c.counts) for c in columns)
    step = 100 / len(columns)
    parts: list[Html] = [
        tag("line", x1="0", x2="100%", y1=top + height, y2=top + height, class_="axis"),
    ]
    for n, column in enumerate(columns):
        middle = f"{(n + 0.5) * step:.3f}%"
        y = float(top + height)
        for name, value in zip(_CLASSES, column.counts, strict=True):
            if value:
                tall = max(3.0, height * value / most)
                y -= tall
                x, wide = f"{(n + 0.16) * step:.3f}%", f"{0.68 * step:.3f}%"
                parts.append(tag("rect", x=x, width=wide, y=f"{y:.1f}", height=f"{tall - 1:.1f}", class_=f"bar {name}"))
        if total := sum(column.counts):
            parts.append(tag("text", str(total), x=middle, y=f"{y - 7:.1f}", class_="figure"))
        thin = n % 2 == 1 and len(columns) > 6
        parts.append(tag("text", column.label, x=middle, y=top + height + 20, class_="tick thin" if thin else "tick"))
    said = "; ".join(
        f"{c.covers}: {sum(c.counts)}" + (f", {c.counts[0]} urgent" if c.counts[0] else "") +
        (f", {c.counts[1]} mandatory referral" if c.counts[1] else "")
        for c in columns if sum(c.counts)
    )  # fmt: skip
    picture = tag(
        "svg", tag("title", "Deadlines by week"), tag("desc", said), join(parts),
        role="img", width="100%", height=top + height + bottom, class_="timeline",
    )  # fmt: skip
    key = [
        tag("li", tag("span", class_=f"swatch {name}"), label)
        for name, label, at in (("urgent", "urgent", 0), ("mandatory", "mandatory referral", 1), ("other", "other", 2))
        if any(c.counts[at] for c in columns)
    ]
    return tag("figure", picture, tag("ul", join(key), class_="key"))


def bars(topics: Counter[str]) -> Html:
    """The commonest topics as bars with their counts; the rest are summed in words."""
    if not topics:
        return tag("p", "No topic is suggested for any letter.", class_="quiet")
    ranked = sorted(topics.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ranked[:MOST_TOPICS], ranked[MOST_TOPICS:]
    most, step = shown[0][1], 40
    parts: list[Html] = []
    for n, (label, value) in enumerate(shown):
        y = n * step
        parts += [
            tag("text", topic_name(label), x="0", y=y + 15, class_="name"),
            tag("text", str(value), x="100%", y=y + 15, class_="value"),
            tag("rect", x="0", y=y + 22, width="100%", height="7", class_="track"),
            tag("rect", x="0", y=y + 22, width=f"{100 * value / most:.2f}%", height="7", class_="bar other"),
        ]
    picture = tag(
        "svg", tag("title", "Letters by topic"),
        tag("desc", "; ".join(f"{topic_name(label)}: {value}" for label, value in shown)),
        join(parts), role="img", width="100%", height=len(shown) * step, class_="topics",
    )  # fmt: skip
    more = f"And {len(rest)} more topics, suggested {sum(value for _, value in rest)} times." if rest else None
    return tag("figure", picture, tag("figcaption", more) if more else None)
