"""The pages that are read: the list, a letter, its text, the history, the pictures, the keys."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from classifier.casebook import search
from classifier.casebook.worklist import REASONS, STATES, Filters, Row
from classifier.records import TriageRecord, Value
from classifier.review import pictures
from classifier.review.marks import places
from classifier.review.names import ITEM_KINDS
from classifier.review.shell import REASON_NAMES, STATE_NAMES, Shell, filters_of, plain, query_of, to
from classifier.review.views import ITEM_KIND_WORDS, NOTHING, Posted, day_of, facts, letter_view
from classifier.sheets import words
from classifier.sheets.rows import LONDON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from classifier.casebook.decisions import Field, Kept
    from classifier.casebook.latest import Read

PER_PAGE: Final = 25
MOST_HISTORY: Final = 200
FIELD_NAMES: Final[dict[Field, str]] = {
    "kind": "kind", "topics": "topics", "exemptions": "grounds", "referrals": "referral rules", "urgent": "urgent",
    "questions": "questions split anew", "seen": "checked",
}  # fmt: skip


class Found(Value, frozen=True, kw_only=True):
    """A letter of the casebook: its number and id, what the newest run made of it, all that was decided about it."""

    number: int
    id: str
    read: Any
    history: tuple[Any, ...]

    @property
    def made(self) -> TriageRecord:
        """The newest record."""
        read: Read = self.read
        return read.record


class Line(Value, frozen=True, kw_only=True):
    """A row of the list with what a search found in it, and whether it stands under a letter like it."""

    row: Row
    found: tuple[str, str, str] | None
    under: bool
    overdue: bool


class Event(Value, frozen=True, kw_only=True):
    """A decision in the history. `can_undo` where it stands."""

    kept: Any
    number: int
    title: str
    what: str
    before: str
    after: str
    day: str
    time: str
    can_undo: bool
    same: bool


class Save(Value, frozen=True, kw_only=True):
    """Decisions that one person took about one letter at one moment: those that changed something, and those that left
    what was proposed. `standing` are the numbers that can still be taken back."""

    first: Event
    changed: tuple[Event, ...]
    left: tuple[Event, ...]
    standing: tuple[int, ...]


class Pages:
    """Answers requests for pages."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def worklist(self, request: Request) -> Response:
        """The list of letters, filtered."""
        shell = self._shell
        shell.refresh()
        filters = filters_of(request.query_params)
        start = _start(request.query_params)
        with shell.casebook.worklist(shell.today) as worklist:
            page = worklist.page(filters, start, PER_PAGE)
            if not page.rows and start:
                start = 0
                page = worklist.page(filters, start, PER_PAGE)
            options = {
                "kinds": worklist.values("kind", filters.state), "topics": worklist.values("topics", filters.state),
                "rules": worklist.values("rules", filters.state),
            }  # fmt: skip
            behind = worklist.behind()
        today = shell.today.isoformat()
        lines: list[Line] = []
        for place, row in enumerate(page.rows):
            above = page.rows[place - 1] if place else None
            lines.append(
                Line(
                    row=row, found=self._excerpt(row, filters), overdue=bool(row.due) and row.due < today,
                    under=above is not None and above.cluster == row.cluster,
                )
            )  # fmt: skip
        tabs = [("", "All", page.by_reason["all"], query_of(filters, reason=""))]
        tabs += [(r, REASON_NAMES[r], page.by_reason[r], query_of(filters, reason=r)) for r in REASONS]
        values = {
            "lines": lines, "total": page.total, "start": start, "filters": filters, "tabs": tabs, "behind": behind,
            "last": start + len(lines), "states": [(s, STATE_NAMES[s]) for s in STATES], **options,
            "earlier": query_of(filters, start=max(0, start - PER_PAGE)) or "/" if start else "",
            "later": query_of(filters, start=start + PER_PAGE) if start + len(lines) < page.total else "",
            "filtered": filters != Filters(state=filters.state, reason=filters.reason), "here": query_of(filters),
            "names": shell.names,
        }  # fmt: skip
        return shell.page(request, "worklist.html", values)

    def letter(self, request: Request) -> Response:
        """A letter."""
        found = self.find(request)
        return self.show(request, found) if found else self.missing(request)

    def show(
        self, request: Request, found: Found, *, posted: Posted = NOTHING, problem: str = "", status: int = 200
    ) -> Response:
        """The page of a letter; after a form that could not be taken, with what was ticked and what is wrong."""
        shell, filters = self._shell, filters_of(request.query_params)
        view = letter_view(found.number, found.made, found.history, shell.force, shell.names, posted)
        with shell.casebook.worklist(shell.today) as worklist:
            around = worklist.around(found.number, filters)
            similar = worklist.similar_to(found.number)
            related = worklist.numbers_of([r.id for r in view.record.related])
        values = {
            "view": view, "record": view.record, "facts": facts(view.record), "around": around, "similar": similar,
            "related": [(r, related.get(r.id)) for r in view.record.related], "here": query_of(filters),
            "errors": posted.errors, "problem": problem, "opened": int(shell.now().timestamp() * 1000),
            "kinds": shell.names.kinds, "choices": shell.names.choices, "item_kinds": ITEM_KINDS,
            "item_kind_words": ITEM_KIND_WORDS, "level_words": words.level_words, "filters": filters,
            "reasons": _badges(view.record, shell), "events": self._events(found.history[:12], {}),
            "overdue": [d for d in view.record.deadlines if d.due < shell.today],
        }  # fmt: skip
        return shell.page(request, "letter.html", values, status=status)

    def beside(self, request: Request) -> Response:
        """The letter behind this one in the list, without a decision."""
        found, filters = self.find(request), filters_of(request.query_params)
        if found is None:
            return self.missing(request)
        with self._shell.casebook.worklist(self._shell.today) as worklist:
            behind = worklist.around(found.number, filters).behind
        return to(f"/letters/{behind}{query_of(filters)}" if behind else f"/{query_of(filters)}")

    def text(self, request: Request) -> Response:
        """The whole text of a letter, as plain text."""
        found = self.find(request)
        return plain(found.made.text) if found else self.missing(request)

    def cut(self, request: Request, *, problem: str = "", status: int = 200) -> Response:
        """The places at which an item of a letter can be cut in two."""
        found = self.find(request)
        item = request.path_params["item"]
        if found is None:
            return self.missing(request)
        view = letter_view(found.number, found.made, found.history, self._shell.force, self._shell.names)
        question = next((q for q in view.record.questions if q.id == item), None)
        if question is None or view.record.protected:
            return self.missing(request)
        values = {
            "view": view, "question": question, "places": places(view.record.text, question.span), "problem": problem,
            "here": query_of(filters_of(request.query_params)),
        }  # fmt: skip
        return self._shell.page(request, "split.html", values, status=status)

    def history(self, request: Request) -> Response:
        """What was decided, newest first; of one letter where the address names it."""
        number = request.query_params.get("letter", "")
        shell = self._shell
        with shell.casebook.worklist(shell.today) as worklist:
            wanted = worklist.id_of(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
        with shell.casebook.decisions(writing=False) as decisions:
            kept = decisions.history(wanted, MOST_HISTORY)
        with shell.casebook.worklist(shell.today) as worklist:
            numbers = worklist.numbers_of(list(dict.fromkeys(k.letter for k in kept)))
        events = self._events(kept, numbers)
        values = {"saves": _saves(events), "letter": int(number) if wanted else None, "most": MOST_HISTORY}
        return shell.page(request, "history.html", values)

    def pictures(self, request: Request) -> Response:
        """Workload and deadlines, topics over time, where the model is corrected most."""
        shell = self._shell
        shell.refresh()
        with shell.casebook.worklist(shell.today) as worklist:
            tally = pictures.count(worklist.outlines(), shell.today)
        with shell.casebook.decisions(writing=False) as decisions:
            corrections = pictures.corrections(decisions)
        return shell.page(
            request, "pictures.html", {"tally": tally, "corrections": corrections, "names": shell.names, "p": pictures}
        )

    def keys(self, request: Request) -> Response:
        """The single keys, and the switch that turns them off."""
        return self._shell.page(request, "keys.html", {})

    def find(self, request: Request) -> Found | None:
        """The letter that the address names."""
        number = int(request.path_params["number"])
        shell = self._shell
        with shell.casebook.worklist(shell.today) as worklist:
            id_ = worklist.id_of(number)
        reads = shell.casebook.reads(id_) if id_ else []
        if not id_ or not reads:
            return None
        with shell.casebook.decisions(writing=False) as decisions:
            history = decisions.of_letter(id_)
        return Found(number=number, id=id_, read=reads[0], history=tuple(history))

    def missing(self, request: Request) -> Response:
        """There is no such letter, or no such item in it."""
        return self._shell.problem(
            request, 404, "There is no such letter or question",
            "It may have been forgotten at its writer's request, or another person cut the letter's questions anew.",
        )  # fmt: skip

    def _excerpt(self, row: Row, filters: Filters) -> tuple[str, str, str] | None:
        if not filters.words.strip() or row.protected:
            return None
        record = self._shell.casebook.record(row.id)
        return search.excerpt(record.text, filters.words) if record else None

    def _events(self, kept: Sequence[Kept], numbers: Mapping[str, int]) -> list[Event]:
        """Decisions as lines. Of protected papers no words stand in them: nothing is decided there but that they were
        seen."""
        return [self._event(k, numbers.get(k.letter, 0)) for k in kept]

    def _event(self, kept: Kept, number: int) -> Event:
        names = self._shell.names

        def named(labels: Sequence[str]) -> str:
            if kept.field == "topics" or kept.field == "exemptions" or kept.field == "referrals":
                return ", ".join(names.name(kept.field, label) for label in labels) or "none"
            if kept.field == "kind" and not kept.item:
                return ", ".join(words.kind_name(label) for label in labels)
            return ", ".join(labels)

        moment = _london(kept.when)
        before = named([p.label for p in kept.proposed]) if kept.field not in {"questions", "seen"} else ""
        after = f"{len(kept.split)} items" if kept.split is not None else named(kept.chosen)
        if kept.field == "seen":
            after = "checked" if kept.chosen == ("yes",) else "to check again"
        return Event(
            kept=kept, number=number, title=f"Letter {number}" if number else "", what=FIELD_NAMES[kept.field],
            before=before if kept.retracts is None else "", after=after if kept.retracts is None else "taken back",
            day=day_of(kept.when), time=moment, can_undo=not kept.retracted and kept.retracts is None,
            same=kept.retracts is None
            and kept.field not in {"questions", "seen"}
            and set(kept.chosen) == {p.label for p in kept.proposed},
        )  # fmt: skip


def _saves(events: Sequence[Event]) -> list[Save]:
    """Events, newest first, by letter, person, moment and whether they take something back."""
    out: list[Save] = []
    for _, group in groupby(events, key=lambda e: (e.kept.letter, e.kept.who, e.kept.when, e.kept.retracts is None)):
        found = tuple(group)
        left = tuple(e for e in found if e.same)
        out.append(
            Save(
                first=found[0], left=left, changed=tuple(e for e in found if not e.same),
                standing=tuple(e.kept.number for e in found if e.can_undo),
            )
        )  # fmt: skip
    return out


def _badges(record: TriageRecord, shell: Shell) -> list[tuple[str, str]]:
    """What to know at a glance: words and a colour."""
    found: list[tuple[str, str]] = []
    first = words.look_first(record)
    if record.protected:
        return [("purple", "Police eyes only")]
    if first:
        found.append(("red" if record.urgent or "andatory" in first else "blue", first))
    if record.deadlines:
        day = min(d.due for d in record.deadlines)
        late = day < shell.today
        found.append(("red" if late else "grey", f"{'Overdue since' if late else 'Due'} {words.long_date(day)}"))
    if record.problems:
        found.append(("purple", "Not read in full"))
    return found


def _start(params: Mapping[str, str]) -> int:
    start = params.get("start", "")
    return int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 0


def _london(when: str) -> str:
    from datetime import datetime

    return datetime.fromisoformat(when).astimezone(LONDON).strftime("%H:%M")
