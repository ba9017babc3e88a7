"""What people do on the pages: save a letter, cut and join its questions, take a decision back.

Every action is a posted form, answered by going on to a page. Its decisions are kept in one transaction, or none is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from classifier.casebook.corrected import corrected, proposed
from classifier.casebook.decisions import Decision, newest
from classifier.errors import DecisionError
from classifier.review import pieces
from classifier.review.forms import Form, Stamp, take
from classifier.review.pieces import CannotCutError
from classifier.review.shell import KEYS_COOKIE, filters_of, query_of, to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from classifier.casebook.decisions import Piece
    from classifier.records import Question
    from classifier.review.pages import Found, Pages
    from classifier.review.security import Session
    from classifier.review.shell import Shell

LONGEST_LOOK: Final = 3600.0
"""Seconds: a page that was open longer says nothing about how long the look took."""
MOST_SAVES: Final = 200
"""Saves of one session that can be taken back with undo; the history takes back any."""


class Actions:
    """Answers posted forms. The token has been checked before."""

    def __init__(self, shell: Shell, pages: Pages) -> None:
        self._shell = shell
        self._pages = pages

    def letter(self, request: Request) -> Response:
        """Save a letter's page: as checked, its changes only, or its changes and then a cut in its outline."""
        found = self._pages.find(request)
        if found is None:
            return self._pages.missing(request)
        form, session, shell = _form(request), _session(request), self._shell
        do, _, item = form.one("do").partition(":")
        stamp = self._stamp(session, found, form)
        filters = filters_of(request.query_params)
        here = f"/letters/{found.number}{query_of(filters)}"
        if found.made.protected and do != "checked":
            return to(here)
        # What follows is asked for before the save: a letter that is checked leaves the list.
        with shell.casebook.worklist(shell.today) as worklist:
            behind = worklist.around(found.number, filters).behind
        taken = take(form, found.made, found.history, shell.force, shell.names, stamp, checked=do == "checked")
        if taken.errors:
            problem = "Nothing is saved yet: something on this page is not understood."
            return self._pages.show(request, found, posted=taken.posted, problem=problem, status=422)
        if (newest_number := max((k.number for k in found.history), default=0)) > _number(form.one("basis")):
            other = next(k for k in found.history if k.number == newest_number)
            if other.who != session.who or taken.decisions:
                problem = (
                    f"{other.who} changed this letter after you opened it, so nothing is saved yet. Your ticks are "
                    "still here: compare them with what is shown now, and save again."
                )
                return self._pages.show(request, found, posted=taken.posted, problem=problem, status=409)
        try:
            outline = self._outline(do, item, form, found, taken.decisions, stamp) if do not in _PLAIN else None
            decisions = (*taken.decisions, *((outline,) if outline else ()))
            self._keep(session, found, decisions)
        except (CannotCutError, DecisionError) as e:
            return self._pages.show(request, found, posted=taken.posted, problem=str(e), status=422)
        if do == "cut":
            return to(f"/letters/{found.number}/split/{item}{query_of(filters)}")
        if do != "checked":
            session.said = "" if outline else _saved(len(taken.decisions))
            return to(here)
        session.said = f"Letter {found.number} is saved as checked."
        if behind is None:
            session.said += " There is no other letter in this list."
            return to(f"/{query_of(filters)}")
        return to(f"/letters/{behind}{query_of(filters)}")

    def cut(self, request: Request) -> Response:
        """Cut an item in two at a place that was chosen from a list."""
        found, form, session = self._pages.find(request), _form(request), _session(request)
        if found is None:
            return self._pages.missing(request)
        if not form.one("at"):
            return self._pages.cut(request, problem="Choose where the second question begins.", status=422)
        stamp = self._stamp(session, found, form)
        item = request.path_params["item"]
        try:
            outline = self._outline("split", item, form, found, (), stamp)
            self._keep(session, found, (outline,))
        except (CannotCutError, DecisionError) as e:
            return self._pages.cut(request, problem=str(e), status=422)
        return to(f"/letters/{found.number}{query_of(filters_of(request.query_params))}")

    def undo(self, request: Request) -> Response:
        """Take back the last save of this session, all its decisions."""
        session = _session(request)
        if not session.saves:
            session.said = "There is nothing of this session to undo. The history takes back any decision."
            return to("/history")
        numbers = session.saves[-1]
        try:
            letter = self._undo(numbers, session.who)
        except DecisionError as e:
            session.said = f"Not undone: {e}."
            session.saves.pop()
            return to("/history")
        session.saves.pop()
        session.said = "Undone: this letter is as it was before your last save."
        return to(f"/letters/{letter}{query_of(filters_of(request.query_params))}")

    def undo_one(self, request: Request) -> Response:
        """Take back one decision, whoever took it, and with it those of the same save that the form names."""
        session = _session(request)
        numbers = {int(request.path_params["decision"]), *map(_number, _form(request).all("with"))}
        try:
            letter = self._undo(sorted(numbers), session.who)
        except DecisionError as e:
            session.said = f"Not undone: {e}."
            return to("/history")
        session.said = "Undone."
        return to(f"/history?letter={letter}")

    def reopen(self, request: Request) -> Response:
        """Put a letter that was checked back on the list."""
        found, session = self._pages.find(request), _session(request)
        if found is None:
            return self._pages.missing(request)
        stamp = self._stamp(session, found, _form(request))
        seen = Decision(
            letter=found.id, item="", field="seen", chosen=("no",), model=stamp.model, who=stamp.who, when=stamp.when,
            source="page",
        )  # fmt: skip
        self._keep(session, found, (seen,))
        session.said = f"Letter {found.number} is back on the list."
        return to(f"/letters/{found.number}{query_of(filters_of(request.query_params))}")

    def keys(self, request: Request) -> Response:
        """Turn single keys on or off, for this browser."""
        on = _form(request).one("keys") == "on"
        _session(request).said = f"Single keys are {'on' if on else 'off'}."
        response = to("/keys")
        response.set_cookie(
            KEYS_COOKIE, "on" if on else "off", max_age=365 * 24 * 3600, path="/", httponly=True, samesite="strict",
            secure=self._shell.settings.secure,
        )  # fmt: skip
        return response

    def _stamp(self, session: Session, found: Found, form: Form) -> Stamp:
        opened = _number(form.one("opened"))
        seconds = self._shell.now().timestamp() - opened / 1000 if opened else -1.0
        taken = round(seconds, 1) if 0 <= seconds <= LONGEST_LOOK else None
        return Stamp(who=session.who, when=self._shell.stamp, seconds=taken, model=found.read.model)

    def _keep(self, session: Session, found: Found, decisions: Sequence[Decision]) -> None:
        shell = self._shell
        if not decisions:
            return
        with shell.casebook.decisions() as book:
            numbers = book.add(decisions)
        session.saves = [*session.saves[-MOST_SAVES:], tuple(numbers)]
        with shell.casebook.worklist(shell.today, writing=True) as worklist:
            worklist.relist(found.number)

    def _undo(self, numbers: Sequence[int], who: str) -> int:
        """Take decisions back, the last first, all or none; the number of their letter."""
        shell = self._shell
        with shell.casebook.decisions() as book:
            undone = [book.undo(number, who, shell.stamp) for number in reversed(numbers)]
            letter = next(k.letter for k in book.history(most=len(undone)) if k.number == undone[-1])
        with shell.casebook.worklist(shell.today, writing=True) as worklist:
            number = worklist.numbers_of([letter])[letter]
            worklist.relist(number)
        return number

    def _outline(
        self, do: str, item: str, form: Form, found: Found, before: Sequence[Decision], stamp: Stamp
    ) -> Decision:  # fmt: skip
        """The letter's outline after a cut, as it stands with what the same form changed."""
        record = corrected(found.made, newest(found.history), self._shell.force)
        questions = _rekinded(record.questions, before)
        changed = _changed(do, item, form, questions, record.text)
        return Decision(
            letter=found.id, item="", field="questions", proposed=proposed(found.made, "", "questions"), split=changed,
            model=stamp.model, who=stamp.who, when=stamp.when, source="page",
        )  # fmt: skip


_PLAIN: Final = frozenset({"checked", "changes", "cut", ""})


def _changed(do: str, item: str, form: Form, questions: Sequence[Question], text: str) -> tuple[Piece, ...]:
    if do == "split":
        return pieces.split(questions, text, item, _number(form.one("at")))
    if do == "merge":
        return pieces.merge(questions, item)
    if do == "drop":
        return pieces.drop(questions, item)
    if do == "add":
        return pieces.add(questions, text, _number(form.one("start")), _number(form.one("end")))
    raise CannotCutError("That is nothing this page can do.")


def _rekinded(questions: Sequence[Question], decisions: Sequence[Decision]) -> list[Question]:
    import msgspec

    kinds = {d.item: d.chosen[0] for d in decisions if d.field == "kind" and d.item}
    return [msgspec.structs.replace(q, kind=kinds.get(q.id, q.kind)) for q in questions]


def _saved(count: int) -> str:
    if not count:
        return "Nothing on this page was changed."
    return f"{count} change{'s are' if count > 1 else ' is'} saved; the letter stays on the list."


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0


def _form(request: Request) -> Form:
    return request.scope["form"]


def _session(request: Request) -> Session:
    return request.scope["session"]
