"""From files to labelled letters: every document gives letters, or a reason why it gave none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from classifier.intake import DEFAULT, find_items, parse_item
from classifier.letters import read_letter
from classifier.letters.sender import is_authority
from classifier.outcomes import cases, signs, threads
from classifier.outcomes.answers import UNKNOWN, Outcome, outcomes
from classifier.outcomes.entries import entries
from classifier.outcomes.scopes import plain
from classifier.outcomes.sections import scottish
from classifier.outcomes.statements import Asked
from classifier.questions import split
from classifier.records import LabelledLetter, LabelledQuestion, Message, Question, Value
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from classifier.force import Force
    from classifier.intake import Limits
    from classifier.outcomes.cases import Case

_NUMBERED = ("request", "remark")
_PROTECTED = re.compile(r"\bnot protectively marked\b", re.IGNORECASE)


class SetAside(Value, frozen=True, kw_only=True):
    """A document, or an entry of one, from which nothing was learnt: `code` is stable, `reason` is for a person."""

    source: str
    code: str
    reason: str


class Learnt(Value, frozen=True, kw_only=True):
    """What came of the documents: the labelled letters in their order, and what was set aside, with the reason."""

    documents: int
    letters: tuple[LabelledLetter, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def questions(self) -> int:
        """Questions whose outcome was found."""
        return sum(q.result is not None for x in self.letters for q in x.questions or ())


class _Found(msgspec.Struct):
    case: Case
    id: str


def learn(paths: Sequence[Path], force: Force, *, limits: Limits = DEFAULT) -> Learnt:
    """Labelled letters from published responses: one for each request, with the outcome of each question.

    Raises InputMissing where a path does not exist or holds nothing that could be read. What cannot be read, papers for
    police eyes only, answers under Scottish law and documents without an answer are set aside with the reason.
    """
    aside: list[SetAside] = []
    found: list[_Found] = []
    mails: dict[str, list[Message]] = {}
    read = 0
    for item in find_items(paths, limits):
        for message in parse_item(item, None, limits):
            read += 1
            aside += [
                SetAside(source=message.source, code=p.code, reason=f"{p.part}: {p.detail}") for p in message.problems
            ]
            if not message.body.strip() and not message.documents:
                continue
            letter = read_letter(message, force)
            if letter.protected:
                mark = letter.references[0] if letter.references else message.id
                aside.append(SetAside(source=message.source, code="protected", reason=f"{mark}: for police eyes only"))
            elif message.sender.address:
                mails.setdefault(_thread_key(message, letter.references), []).append(message)
            else:
                found += [_Found(c, message.id) for c in _cases(message, letter.references)]
    for thread in _joined(mails):
        found.append(_Found(_of_mails(thread, force), thread[0].id))
    letters: list[LabelledLetter] = []
    used: dict[str, int] = {}
    for one in _merged(found):
        if (why := _unfit(one.case)) is not None:
            aside.append(why)
            continue
        made = _labelled(one.case, one.id, force)
        if made is None:
            aside.append(
                SetAside(
                    source=one.case.source, code="no-request", reason=f"{_name(one.case)}no question was found in it"
                )
            )
            continue
        used[one.id] = used.get(one.id, 0) + 1
        letters.append(made if used[one.id] == 1 else msgspec.structs.replace(made, id=f"{one.id}#{used[one.id]}"))
    return Learnt(documents=read, letters=tuple(letters), set_aside=tuple(aside))


def _name(case: Case) -> str:
    return f"{case.reference}: " if case.reference else ""


def _unfit(case: Case) -> SetAside | None:
    text = "\n".join(a.text for a in case.answers)
    if scottish(text) or scottish(case.request):
        act = "the Freedom of Information (Scotland) Act 2002"
        why = f"{_name(case)}answered under {act}, whose sections mean other things"
        return SetAside(source=case.source, code="scotland", reason=why)
    if not text.strip():
        return SetAside(source=case.source, code="no-answer", reason=f"{_name(case)}no answer was found in it")
    return None


def _cases(message: Message, references: Sequence[str]) -> Iterator[Case]:
    """The cases of a document: a thread's one, or one for each entry of a log."""
    body = "\n\n".join([message.body, *(d.text for d in message.documents)]).strip()
    found = threads.posts(body)
    if threads.is_thread(found):
        case = threads.case_of(message.source, None, message.subject or _first_line(body), found)
        ref = next((r for x in body.split("\n") if (r := signs.reference_at(x, bare=False))), None) or _own(references)
        if case.request and case.answers:
            yield case._replace(reference=ref)
            return
    parts = entries(body)
    roles = cases.columns(body)
    for reference, text in parts:
        ref = reference or (_own(references) if len(parts) == 1 else None)
        yield cases.case_of(message.source, ref, text, roles)


def _own(references: Sequence[str]) -> str | None:
    own = [r for r in references if not re.match(r"(?:IC-|FS\d|EA/|\[)", r)]
    return signs.bare_reference(own[0]) if own else None


def _first_line(text: str) -> str:
    return next((x.strip()[:160] for x in text.split("\n") if re.search(r"[A-Za-z]{3}", x)), "")


def _thread_key(message: Message, references: Sequence[str]) -> str:
    own = _own(references)
    if own:
        return f"ref {re.sub(r'[^a-z0-9]', '', own.lower())}"
    return f"subject {_subject(message.subject)}"


def _subject(subject: str) -> str:
    bare = re.sub(r"^(?:\s*(?:re|fwd?|fw|aw)\s*:)+\s*", "", subject, flags=re.IGNORECASE)
    return re.sub(r"\W+", " ", bare).strip().lower()


def _joined(mails: dict[str, list[Message]]) -> list[list[Message]]:
    """Mails that belong together: by reference, and those without one by the subject they share or the mail they
    answer."""
    groups = {k: list(v) for k, v in mails.items()}
    for key in [k for k in groups if k.startswith("subject ")]:
        for message in list(groups[key]):
            ids = set(f"{message.headers.get('in-reply-to', '')} {message.headers.get('references', '')}".split())
            own = message.headers.get("message-id", "").strip()
            home = next(
                (
                    k for k, v in groups.items()
                    if k != key and any(
                        o.headers.get("message-id", "").strip() in ids
                        or (own and own in f"{o.headers.get('in-reply-to', '')} {o.headers.get('references', '')}")
                        or (_subject(o.subject) and _contains(_subject(o.subject), _subject(message.subject)))
                        for o in v
                    )
                ),
                None,
            )  # fmt: skip
            if home is not None:
                groups[home].append(message)
                groups[key].remove(message)
    return [
        sorted(v, key=lambda m: (m.received is None, m.received.timestamp() if m.received else 0.0))
        for v in groups.values()
        if v
    ]


def _contains(a: str, b: str) -> bool:
    return a == b or (len(min(a, b, key=len)) >= 12 and (a in b or b in a))


def _of_mails(thread: Sequence[Message], force: Force) -> Case:
    """The case of a thread of mails. A single answer with the request below it is read as a letter."""
    posts: list[threads.Post] = []
    references: list[str] = []
    for message in thread:
        letter = read_letter(message, force)
        references += letter.references
        side: threads.Side = (
            "authority"
            if letter.sender_class in ("own_force", "other_force") or is_authority(message.sender, force.mail_domains)
            else "public"
        )
        if letter.sender_class == "automatic":
            continue
        kept = letter.text if side == "public" else _authority_words(message)
        posts.append(threads.Post(side, kept, message.received.date().isoformat() if message.received else ""))
    first = thread[0]
    reference = _own(references)
    if threads.is_thread(posts):
        made = threads.case_of(first.source, reference, first.subject, posts)
        sent = [p.sent for p in posts if p.sent]
        return made._replace(days=(sent[0], sent[-1]) if sent else ())
    if all(p.side == "public" for p in posts):
        return cases.Case(first.source, reference, first.subject, posts[0].text if posts else "", ())
    text = "\n\n".join([p.text for p in posts if threads.is_answer(p.text)] or [p.text for p in posts])
    made = cases.case_of(first.source, reference, text)
    if not made.request:
        quoted = read_letter(first, force)
        below = "\n".join(quoted.whole[z.start : z.end] for z in quoted.zones if z.kind == "quoted")
        made = made._replace(request=re.sub(r"(?m)^[> ]+", "", below).strip())
    return made._replace(title=first.subject)


def _authority_words(message: Message) -> str:
    own = threads.own_words(message.body)
    own = "\n".join(x for x in own.split("\n") if not x.lstrip().startswith(">"))
    return "\n\n".join([own, *(d.text for d in message.documents)]).strip()


def _merged(found: Iterable[_Found]) -> list[_Found]:
    """Cases of one reference as one: the request from the one that holds it best, the answers of all, reviews last."""
    out: dict[str, _Found] = {}
    for k, one in enumerate(found):
        key = re.sub(r"\W", "", one.case.reference or "").lstrip("0").lower() or f"#{k}"
        before = out.get(key)
        if before is None:
            out[key] = one
            continue
        a, b = before.case, one.case
        answers = sorted((*a.answers, *b.answers), key=lambda x: x.review)
        reviewed_first = bool(a.answers) and all(x.review for x in a.answers) and bool(b.request)
        request = b.request if not a.request or reviewed_first else a.request
        source = a.source if a.source == b.source else f"{a.source}; {b.source}"
        out[key] = _Found(
            a._replace(request=request, answers=tuple(answers), source=source, days=tuple(sorted({*a.days, *b.days}))),
            before.id,
        )
    return list(out.values())


def _labelled(case: Case, id_: str, force: Force) -> LabelledLetter | None:
    """The labelled letter of a case; None where nothing is asked in it."""
    from classifier.rooms import asks

    message = Message(id=id_, source=case.source, subject=case.title, body=case.request)
    letter = read_letter(message, force)
    if not letter.text.strip():
        return None
    items = split(letter.text, letter.blind, asks=asks())
    if not any(q.kind == "request" for q in items):
        # An answer shows that something was asked, however it was put.
        text = letter.text
        items = (Question(id="q1", number="1", parent=None, kind="request", span=(0, len(text)), text=text),)
    asked = _asked(items)
    made, notes = _history(case, asked)
    questions = tuple(
        _question(q, made.get(plain(q.number), UNKNOWN) if q in asked_items(items) else None) for q in items
    )
    grounds = [g for q in questions for g in q.exemptions or ()]
    order = taxonomy().ground_labels
    judged = any(q.result is not None for q in questions)
    return LabelledLetter(
        id=id_,
        source=case.source,
        annotator="published response",
        date=case.days[-1] if case.days else None,
        reference=case.reference,
        received=case.days[0] if len(case.days) > 1 else None,
        subject=case.title,
        text=letter.text,
        kind="new_request",
        regime=letter.regime if letter.regime in ("foi", "eir") else None,
        questions=questions,
        exemptions=tuple(sorted(set(grounds), key=order.index)) if judged else None,
        note="; ".join(notes) or None,
    )


def asked_items(items: Sequence[Question]) -> list[Question]:
    """The items that an answer may decide: requests, and remarks that were numbered as questions."""
    requests = [q for q in items if q.kind == "request"]
    return [q for q in items if q.kind in _NUMBERED and q.number] or requests


def _asked(items: Sequence[Question]) -> list[Asked]:
    return [Asked(q.number, q.text) for q in asked_items(items)]


def _history(case: Case, asked: Sequence[Asked]) -> tuple[dict[str, Outcome], list[str]]:
    """The outcome of each question after all answers, and what later ones replaced, in words."""
    made: dict[str, Outcome] = {}
    notes: list[str] = []
    for answer in case.answers:
        if answer.review:
            first = dict(made) or outcomes_told(answer.text, asked)
            now = outcomes(answer.text, asked, answer.head, review=True, before=first or None)
            for n, o in now.items():
                old = first.get(n, UNKNOWN)
                if old.result is not None and o != old:
                    notes.append(f"question {n}: {old.words()} at first; the review replaced that")
        else:
            now = outcomes(answer.text, asked, answer.head)
            for n, o in now.items():
                old = made.get(n, UNKNOWN)
                if old.result is not None and o.result is not None and o != old:
                    notes.append(f"question {n}: {old.words()} in an earlier answer; a later one replaced that")
        made.update({n: o for n, o in now.items() if o.result is not None})
    return made, notes


def outcomes_told(text: str, asked: Sequence[Asked]) -> dict[str, Outcome]:
    """The first answer's outcomes as a review tells them, where the first answer itself is not there."""
    from classifier.outcomes.answers import recited

    return {n: o for n, o in recited(text, asked).items() if o.result is not None}


def _question(q: Question, outcome: Outcome | None) -> LabelledQuestion:
    known = outcome is not None and outcome.result is not None
    return LabelledQuestion(
        id=q.id,
        number=q.number,
        parent=q.parent,
        kind=q.kind,
        span=q.span,
        exemptions=outcome.grounds if outcome is not None and known else None,
        result=outcome.result if outcome is not None else None,
    )
