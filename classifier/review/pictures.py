"""The pictures: workload and deadlines, topics over time, where the model is corrected most.

Drawn here as SVG, without scripts or styles of their own; each says in words what it shows, and the same figures stand
in a table beside it. A protected paper counts as a letter, and nothing else of it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from classifier.casebook.decisions import newest
from classifier.records import Value
from classifier.sheets import figures
from classifier.sheets.markup import Html, join, tag
from classifier.sheets.words import topic_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from classifier.casebook.decisions import Decisions
    from classifier.casebook.worklist import Outline

MOST_TOPICS: Final = 12
MOST_MONTHS: Final = 12
MOST_LABELS: Final = 15
Corrected = Literal["topics", "exemptions", "referrals", "kind"]
_SHADES: Final = 5
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Tally(Value, frozen=True, kw_only=True):
    """Figures of the whole casebook. `weeks` are the deadlines of letters still to check; `months` are YYYY-MM, with
    how many letters came in each and had each topic."""

    letters: int
    open: int
    overdue: int
    urgent: int
    weeks: tuple[figures.Column, ...]
    months: tuple[str, ...]
    received: tuple[int, ...]
    checked: tuple[int, ...]
    topics: tuple[tuple[str, tuple[int, ...]], ...]


class Corrections(Value, frozen=True, kw_only=True):
    """What people did with the model's suggestions of one field's label."""

    field: Corrected
    label: str
    left: int
    removed: int
    added: int

    @property
    def changed(self) -> int:
        """How often a person did not leave it as it was."""
        return self.removed + self.added


def count(outlines: Iterable[Outline], today: date) -> Tally:
    """Go through the letters once."""
    letters = opened = overdue = urgent = 0
    due: dict[str, Counter[date]] = {"urgent": Counter(), "mandatory": Counter(), "other": Counter()}
    received: Counter[str] = Counter()
    checked: Counter[str] = Counter()
    topics: Counter[tuple[str, str]] = Counter()
    for letter in outlines:
        letters += 1
        opened += not letter.seen
        urgent += letter.urgent and not letter.seen
        if letter.due and not letter.seen:
            day = today.fromisoformat(letter.due)
            overdue += day < today
            due["urgent" if letter.urgent else "mandatory" if letter.mandatory else "other"][day] += 1
        if letter.day:
            received[letter.day[:7]] += 1
            checked[letter.day[:7]] += letter.seen
            topics.update((topic, letter.day[:7]) for topic in letter.topics)
    months = _last(received)
    sums: Counter[str] = Counter()
    for (topic, month), n in topics.items():
        sums[topic] += n if month in months else 0
    common = [topic for topic, n in sorted(sums.items(), key=lambda item: (-item[1], item[0])) if n][:MOST_TOPICS]
    return Tally(
        letters=letters, open=opened, overdue=overdue, urgent=urgent, weeks=tuple(figures.weeks(due)), months=months,
        received=tuple(received[m] for m in months), checked=tuple(checked[m] for m in months),
        topics=tuple((t, tuple(topics[t, m] for m in months)) for t in common),
    )  # fmt: skip


def _last(received: Counter[str]) -> tuple[str, ...]:
    """The last twelve months up to the newest letter, from the first of them that has one, without gaps."""
    if not received:
        return ()
    year, month = map(int, max(received).split("-"))
    first = min(received)
    out: list[str] = []
    while len(out) < MOST_MONTHS:
        name = f"{year:04d}-{month:02d}"
        if name < first:
            break
        out.append(name)
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    while not received[out[-1]]:
        out.pop()
    return tuple(reversed(out))


def corrections(decisions: Decisions) -> tuple[Corrections, ...]:
    """Every label that a person left, took away or put, the most often changed first. What was taken back counts for
    nothing."""
    tallies: dict[tuple[Corrected, str], list[int]] = {}
    for letter in decisions.letters():
        for kept in newest(decisions.of_letter(letter)).values():
            field = kept.field
            if field not in ("topics", "exemptions", "referrals", "kind") or (field == "kind" and kept.item):
                continue
            before, after = {p.label for p in kept.proposed}, set(kept.chosen)
            for label in before | after:
                place = 0 if label in before and label in after else 1 if label in before else 2
                tallies.setdefault((field, label), [0, 0, 0])[place] += 1
    found = (
        Corrections(field=field, label=label, left=n[0], removed=n[1], added=n[2])
        for (field, label), n in tallies.items()
    )
    return tuple(sorted(found, key=lambda c: (-c.changed, -c.left, c.field, c.label)))


def month_name(month: str) -> str:
    """A month as in "Feb 2026"."""
    return f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"


def deadlines(tally: Tally) -> Markup:
    """The deadlines of letters still to check, by week."""
    return _markup(figures.time_line(list(tally.weeks)))


def workload(tally: Tally) -> Markup:
    """Letters that came in by month, and how many of them are checked."""
    pairs = list(zip(tally.months, tally.received, tally.checked, strict=True))
    said = "; ".join(f"{month_name(m)}: {n} received, {done} checked" for m, n, done in pairs)
    rows = [(month_name(m), n, (("done", done), ("open", n - done))) for m, n, done in pairs]
    return _markup(_bars("Letters by month of receipt", said, rows))


def corrected_most(found: Sequence[Corrections], name: Callable[[str, str], str]) -> Markup:
    """The labels that people change most, as bars."""
    shown = [c for c in found if c.changed][:MOST_LABELS]
    rows = [(name(c.field, c.label), c.changed, (("removed", c.removed), ("added", c.added))) for c in shown]
    said = "; ".join(f"{name(c.field, c.label)}: taken away {c.removed}, put {c.added}" for c in shown)
    return _markup(_bars("Labels changed most", said, rows))


def _bars(title: str, said: str, rows: Sequence[tuple[str, int, Sequence[tuple[str, int]]]]) -> Html:
    most, step = max((value for _, value, _ in rows), default=1) or 1, 40
    parts: list[Html] = []
    for n, (label, value, shares) in enumerate(rows):
        y, x = n * step, 0.0
        parts += [
            tag("text", label, x="0", y=y + 15, class_="name"),
            tag("text", str(value), x="100%", y=y + 15, class_="value"),
            tag("rect", x="0", y=y + 22, width="100%", height="8", class_="track"),
        ]
        for class_, share in shares:
            wide = 100 * share / most
            if share:
                parts.append(
                    tag("rect", x=f"{x:.2f}%", y=y + 22, width=f"{wide:.2f}%", height="8", class_=f"bar {class_}")
                )
            x += wide
    return tag(
        "svg", tag("title", title), tag("desc", said), join(parts), role="img", width="100%",
        height=len(rows) * step, class_="bars",
    )  # fmt: skip


def topics(tally: Tally) -> Markup:
    """Topics by month: a field for each, the darker the more letters, with the number in it."""
    left, row, top = 38.0, 30, 24
    step = (100 - left) / max(1, len(tally.months))
    most = max((n for _, counts in tally.topics for n in counts), default=1) or 1
    thin = len(tally.months) > 6
    parts: list[Html] = [
        tag("text", _tick(m, n == 0 or m.endswith("-01")), x=f"{left + (n + 0.5) * step:.2f}%", y=14,
            class_="tick thin" if thin and n % 2 else "tick")
        for n, m in enumerate(tally.months)
    ]  # fmt: skip
    for line, (topic, counts) in enumerate(tally.topics):
        y = top + line * row
        parts.append(tag("text", topic_name(topic), x="0", y=y + 19, class_="name"))
        for n, value in enumerate(counts):
            shade = 0 if not value else 1 + (value * _SHADES - 1) // most if value < most else _SHADES
            x = left + n * step
            parts.append(
                tag("rect", x=f"{x + 0.15:.2f}%", y=y, width=f"{step - 0.3:.2f}%", height=row - 3,
                    class_=f"cell shade{min(shade, _SHADES)}")
            )  # fmt: skip
            if value:
                dark = " light" if shade > 2 else ""
                parts.append(
                    tag("text", str(value), x=f"{x + step / 2:.2f}%", y=y + 18, class_=f"count{dark}")
                )  # fmt: skip
    lines: list[str] = []
    for topic, counts in tally.topics:
        some = [f"{n} in {month_name(m)}" for m, n in zip(tally.months, counts, strict=True) if n]
        lines.append(f"{topic_name(topic)}: {', '.join(some)}")
    said = "; ".join(lines)
    return _markup(
        tag(
            "svg", tag("title", "Topics by month of receipt"), tag("desc", said), join(parts), role="img", width="100%",
            height=top + row * len(tally.topics), class_="grid",
        )
    )  # fmt: skip


def _tick(month: str, with_year: bool) -> str:
    name = _MONTHS[int(month[5:]) - 1]
    return f"{name} {month[2:4]}" if with_year else name


def _markup(html: Html) -> Markup:
    """`sheets.markup` has escaped every word in it already."""
    return Markup(str(html))  # noqa: S704
