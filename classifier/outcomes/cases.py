"""A document cut into cases: what was asked, and what was answered, one after the other.

A case comes from an entry of a disclosure log, from a letter that repeats the request, or from the
messages of a thread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from classifier.outcomes.answers import headline
from classifier.outcomes.signs import (
    ANSWERS,
    ASKING,
    DATED,
    DAY,
    INTRODUCES,
    ITEM,
    LETTERHEAD,
    OUTCOME,
    REQUEST,
    RESPONSE,
    ROW,
    SUMS_UP,
    TITLE,
    days,
    reference_at,
)
from classifier.outcomes.verdicts import general, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.outcomes.answers import Headline


class Answer(NamedTuple):
    """An answer's text and headline; `review`: it looks at an earlier answer again."""

    text: str
    head: Headline | None = None
    review: bool = False


class Case(NamedTuple):
    """One request with its answers, oldest first. `days`: days that it names, ISO 8601, the earliest first."""

    source: str
    reference: str | None
    title: str
    request: str
    answers: tuple[Answer, ...]
    days: tuple[str, ...] = ()


def case_of(source: str, reference: str | None, text: str, roles: Sequence[str] = ()) -> Case:
    """The case that a log entry or a letter holds; its request is empty where none is found in it. `roles` are those of
    the columns of the table that it is a row of."""
    found = text.split("\n")
    if "\t" in text and (made := _row(source, reference, found, roles)) is not None:
        return made
    request: list[str] = []
    answer: list[str] = []
    sums: list[str] = []
    title = _title_above(found, reference)
    mode = "head"
    labelled = any((m := REQUEST.match(x)) and len(x) < 60 for x in found)
    summed = any(SUMS_UP.match(x) and len(x.split()) <= 24 for x in found)
    introduced = labelled or _introduced(found)
    for k, line in enumerate(found):
        bare = line.strip()
        if mode in ("head", "request") and TITLE.match(bare) and not title and mode == "head":
            title = TITLE.match(bare)["title"].strip()  # type: ignore[index]
            continue
        m = OUTCOME.match(line)
        if m and len(bare) <= 200 and mode != "answer":
            rest = line[m.end() :].strip()
            if rest or headline(next((x for x in found[k + 1 : k + 3] if x.strip()), "")):
                sums.append(rest)
                mode = "sums" if not rest else "after"
                continue
        if mode == "sums":
            if bare:
                sums.append(bare)
                mode = "after"
            continue
        m = REQUEST.match(line)
        if (
            m
            and len(line) < 4_000
            and (mode in ("head", "after") or (mode == "request" and not any(x.strip() for x in request)))
            and not re.match(r"\W*questions?\W*\d", bare, re.IGNORECASE)
        ):
            mode = "request"
            answer.append(line)
            if rest := line[m.end() :].strip():
                request.append(rest)
            continue
        m = None if SUMS_UP.match(bare) and mode != "answer" else RESPONSE.match(line)
        if m and mode in ("head", "request", "after") and not (mode == "head" and labelled and not request):
            mode = "answer"
            answer.append(line[m.end() :] if m.end() < len(line) else "")
            continue
        if (
            mode != "answer"
            and SUMS_UP.match(bare)
            and len(bare.split()) <= 24
            and not ASKING.search(bare)
            and (request or mode == "head")
        ):
            sums.append(bare)
            mode = "after"
            continue
        if mode == "head":
            if (
                introduced
                and not labelled
                and INTRODUCES.search(" ".join([*(x.strip() for x in found[max(0, k - 2) : k]), bare]))
            ):
                mode = "request"
            elif (
                not labelled
                and not introduced
                and (ITEM.match(line) or (summed and ASKING.search(bare)))
                and not DATED.match(line)
            ):
                mode = "request"
                request.append(line)
                answer.append(line)
            elif (
                bare
                and not title
                and reference_at(bare) is None
                and len(bare) <= 120
                and not DATED.match(line)
                and not LETTERHEAD.search(bare)
                and reference
                and any(reference_at(x) == reference for x in found[max(0, k - 3) : k])
            ):
                title = bare
            continue
        if mode == "request":
            if _turns_to_answer(line, request):
                mode = "answer"
            else:
                request.append(line)
        elif mode == "after" and (DATED.match(line) or DAY.search(bare[:12])):
            continue
        elif mode == "after":
            if bare and (not request and ASKING.search(bare)):
                mode = "request"
                request.append(line)
            elif bare:
                mode = "answer"
        elif mode == "answer" and _asks_on(line, request):
            request.append(line)
        answer.append(line)
    head = headline("; ".join(s for s in sums if s)) if sums else None
    made = Case(
        source, reference, title, _tidy(request), (Answer("\n".join(answer), head, review=is_review(text)),), days(text)
    )
    if not made.request or not any(x.strip() for x in answer):
        return made._replace(answers=(Answer(text, head, review=is_review(text)),))
    return made


def _title_above(found: Sequence[str], reference: str | None) -> str:
    """The heading above an entry's reference line, or behind the reference on it."""
    if reference is None:
        return ""
    above = ""
    for line in found[:6]:
        bare = line.strip()
        if reference_at(bare) == reference:
            behind = re.sub(rf"^.{{0,60}}?{re.escape(reference)}[\W_]{{0,6}}", "", bare)
            return above or (
                behind
                if not LETTERHEAD.search(behind) and re.search(r"[A-Za-z]{3}", behind) and "\t" not in behind
                else ""
            )
        if bare and not above and len(bare) <= 120 and not DATED.match(line) and not LETTERHEAD.search(bare):
            above = bare
    return ""


def _introduced(found: Sequence[str]) -> bool:
    """Whether a sentence leads on to the request: "You asked:" before what asks, and before any headline."""
    for k, pair in enumerate(_joined(found)):
        if SUMS_UP.match(found[k]):
            return False
        below = [x for x in found[k + 1 : k + 8] if x.strip()][:3]
        if INTRODUCES.search(pair) and any(ITEM.match(x) or ASKING.search(x) for x in below):
            return True
    return False


def _joined(found: Sequence[str]) -> list[str]:
    """Lines with the one before them, since a sentence that leads on to the request may be wrapped."""
    return [f"{a.strip()} {b.strip()}" for a, b in zip(["", *found], found, strict=False)]


def columns(body: str) -> tuple[str, ...]:
    """What each column of a table holds, by its header line; () where there is none."""
    for line in body.split("\n"):
        cells = [c.strip() for c in line.split("\t")]
        if len(cells) < 3 or any(len(c) > 60 for c in cells):
            continue
        roles = tuple(_role(c) for c in cells)
        if "request" in roles and ("answer" in roles or "sums" in roles):
            return roles
    return ()


def _role(header: str) -> str:
    for role, pattern in (("title", _TITLED), ("sums", OUTCOME), ("answer", RESPONSE), ("request", REQUEST)):
        if pattern.match(header):
            return role
    return "reference" if re.match(r"(?:\w+ )?(?:ref|no\b|number|id)", header, re.IGNORECASE) else ""


_TITLED = re.compile(r"(?:title|subject|topic|heading)s?$", re.IGNORECASE)


def _row(source: str, reference: str | None, found: Sequence[str], roles: Sequence[str]) -> Case | None:
    """The case of a table's row: the cell that asks, and the cells that answer. `roles` are the columns', if known."""
    if not ROW.match(found[0]) and (reference is None or not found[0].startswith(reference)):
        return None
    cells = [c.strip() for c in "\n".join(found).split("\t")]
    if len(cells) < 3:
        return None
    if len(cells) == len(roles):
        of = {role: "\n".join(c for c, r in zip(cells, roles, strict=True) if r == role) for role in set(roles)}
        head = headline(of.get("sums", "").replace("\n", "; "))
        return Case(
            source,
            reference,
            of.get("title", ""),
            of["request"],
            (Answer(of.get("answer", ""), head),),
            days("\n".join(cells)),
        )
    body = cells[1:]
    asks = [k for k, c in enumerate(body) if ASKING.search(c) and (headline(c) is None or len(c) > 60 or "?" in c)]
    if not asks:
        return None
    asked = asks[0]
    sums = [c for k, c in enumerate(body) if k != asked and len(c) <= 160 and "\n" not in c and SUMS_UP.match(c)]
    rest = [c for k, c in enumerate(body) if k > asked and c not in sums]
    title = next((c for c in body[:asked] if re.search(r"[A-Za-z]{3}", c) and not DAY.search(c) and c not in sums), "")
    head = headline("; ".join(sums)) if sums else None
    return Case(source, reference, title, body[asked], (Answer("\n".join(rest), head),), days("\n".join(cells)))


def _turns_to_answer(line: str, request: Sequence[str]) -> bool:
    """Whether a line below a request begins the answer."""
    bare = line.strip()
    if not bare:
        return False
    if re.match(
        r"[\W_]{0,6}(?:reply|response|answer|our response|our answer|decision|a\d{1,2})\b[\s*_]{0,2}[:.–-]",
        bare,
        re.IGNORECASE,
    ):
        return True
    if ITEM.match(line):
        return False
    asks = ASKING.search(bare[:400]) is not None
    if (
        ANSWERS.match(bare)
        and not bare.endswith("?")
        and not re.match(
            r"\W*(?:i|we) (?:am|would|are|wish|have|will)\b.{0,80}\b(?:request|asking|like|know"
            r"|seek|grateful|interested|require)",
            bare,
            re.IGNORECASE,
        )
    ):
        return not (
            asks
            and re.match(r"\W*(?:please (?:see|find)|in (?:relation|respect))", bare, re.IGNORECASE) is None
            and "?" in bare
        )
    if not request:
        return False
    said = read(bare[:600])
    return said.result is not None and not general(bare[:600]) and not asks


def _asks_on(line: str, request: Sequence[str]) -> bool:
    """Whether a line in an answer is a further question of the request, quoted where it is answered."""
    m = re.match(r"[ \t>*_#-]{0,6}(?:q(?:uestion)?\.?[ ]?)?\(?(\d{1,2})[a-z]?[).:]?[ ]", line, re.IGNORECASE)
    if m is None or not ASKING.search(line[m.end() : m.end() + 400]):
        return False
    numbers = [
        int(n[1])
        for x in request
        if (n := re.match(r"[ \t>*_#-]{0,6}(?:q(?:uestion)?\.?[ ]?)?\(?(\d{1,2})[a-z]?[).:]?[ ]", x, re.IGNORECASE))
    ]
    return bool(numbers) and int(m[1]) == max(numbers) + 1


def _tidy(request: Sequence[str]) -> str:
    kept = [x for x in request if not DATED.match(x)]
    return "\n".join(kept).strip("\n ")


def is_review(text: str) -> bool:
    """Whether an answer looks at an earlier one again."""
    head = text[:2_500]
    return re.search(r"\binternal review\b", head, re.IGNORECASE) is not None and re.search(
        r"\b(?:i have (?:now )?(?:reviewed|completed|conducted|considered)|review(?:ed)? (?:of )?(?:the"
            r"|its|our|your|this)|uph(?:o|e)ld|overturn|original (?:decision|response)|outcome of (?:the"
            r"|your|my|this)|amended their response|updated response|initial(?:ly)?|reconsider"
            r"|responded to your)",
        text[:8_000], re.IGNORECASE,
    ) is not None  # fmt: skip
