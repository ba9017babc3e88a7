"""An answer as statements: which questions each sentence speaks of, what it decides of them, which grounds it cites.

What a sentence speaks of comes from the question quoted above it, from a label ("Q2:", "2 to 6"), from its own words
("In relation to Questions 2 to 6"), or from the sentence before it. Without any of these it speaks of the request.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from classifier.outcomes.lines import Line, decisive, sentences, words
from classifier.outcomes.scopes import Scope, exception, find, label, plain
from classifier.outcomes.sections import Cited, cited
from classifier.outcomes.verdicts import Said, general, overturned, points, read, recital, withholds_more

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.outcomes.scopes import Label, Numbers

ALIKE = 0.7
"""Share of a question's first words that a line must repeat to be that question quoted."""
_FIRST_WORDS = 14
_RESET = re.compile(
    r"\W{0,4}(?:every effort|yours (?:sincerely|faithfully)|kind regards|regards\b|legal annex"
    r"|annex\b|appendix\b|having said that|although excess cost|section 16\b|under section 16"
    r"|i hope|overall\b|to assist\b"
    r"|in addition\b|additionally\b|further(?:more)?,? (?:to the above|.{0,40}\b(?:neither"
    r"|other information))|finally\b|the following (?:exemptions?|explanation))",
    re.IGNORECASE,
)
_GROUNDS_BEGIN = re.compile(
    r"\W{0,4}(?:sections?[ ]?\d|s\.?[ ]?\d\d|\d\d\(\d\)|exemptions?\b|(?:evidence of )?harm\b"
    r"|public interest|the (?:information|following|above|exemption)s? .{0,40}\bexempt"
    r"|refusal notice|reasons? for|this (?:letter|response|communication|notice|serves)"
    r"|factors|balanc)",
    re.IGNORECASE,
)
# Headings below which an answer weighs: what it says there of disclosure discloses nothing.
_WEIGHS = re.compile(
    r"\W{0,4}(?:(?:evidence of )?harm\b|(?:the )?public interest(?: test| considerations?"
    r"| factors?| arguments?)?\b|(?:factors|considerations|arguments|reasons) (?:in )?(?:favou?r"
    r"|against|for|supporting)|balanc(?:e|ing)\b|overall harm|prejudice test).{0,100}$",
    re.IGNORECASE,
)
_ENDS_WEIGHING = re.compile(
    r"\W{0,4}(?:in order to assist|to assist|having said|although|notwithstanding|however, (?:we"
    r"|i|in)|the (?:remaining|rest|following|requested|attached)|please (?:see|find)"
    r"|attached|i (?:can|am|have)|we (?:can|are|have)|yours)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|however|also|then|finally|next|lastly),? )?(?:(?:in|with|as) (?:relation"
    r"|respect|regards?|response|answer|reference|terms|connection)s? (?:to|of)|regarding"
    r"|as regards|concerning|for|turning to|as to|as for|on|under|to|re:?|at)?\W*"
    r"(?:(?:your|the|our|information|data|request(?:ed)?|response|answer|reply|both|either"
    r"|all) ?(?:to|of|for|in|at|under)? ?){0,4}\W*$",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """A question as it was asked."""

    number: str
    text: str


class Statement(NamedTuple):
    """What one clause says. `numbers` is empty where it speaks of the whole request; `named` says that it names them.
    `cites` are the grounds it rests on, `mentions` those it only talks about, `lifts` those it takes back."""

    numbers: tuple[str, ...]
    named: bool
    said: Said
    cites: tuple[Cited, ...] = ()
    mentions: tuple[Cited, ...] = ()
    lifts: tuple[Cited, ...] = ()
    points_at: tuple[str, ...] = ()
    rest: bool = False
    past: bool = False
    other: bool = False
    text: str = ""


class _Head(NamedTuple):
    """Where a line is about a question by its head: `at` is where the answer in it begins, `quotes` whether it repeats
    the question's words."""

    numbers: tuple[str, ...]
    at: int
    quotes: bool


def statements(text: str, asked: Sequence[Asked], numbers: Numbers, *, review: bool = False) -> list[Statement]:
    """The statements of an answer, in its order. `review`: what it tells of an earlier decision is marked `past`."""
    found = _opened(decisive(text), asked, numbers)
    heads = _heads(found, asked, numbers)
    heads = _listings(found, heads, numbers)
    out: list[Statement] = []
    here: tuple[str, ...] = ()
    headed = weighing = False
    for k, line in enumerate(found):
        head = heads[k]
        words_here = line.text
        if head is not None:
            if head.numbers or head.quotes:
                here, headed = head.numbers, bool(head.numbers)
            words_here = line.text[head.at :]
            weighing = False
        elif _leaves(line, here, headed, out):
            here, headed, weighing = (), False, False
        if _WEIGHS.match(line.text):
            weighing = True
        elif line.first and _ENDS_WEIGHING.match(line.text):
            weighing = False
        for sentence in sentences(words_here):
            past = review and recital(sentence)
            for clause in _clauses(sentence, numbers, here):
                here, headed = _read(clause, numbers, here, headed, out, past=past)
                if out[-1].named:
                    weighing = False
                if weighing and out[-1].said.result == "disclosed":
                    out[-1] = out[-1]._replace(said=Said(None))
    return out


_INLINE = re.compile(r"(?:^|(?<=[\s.?!;:,]))\(?(?:\d{1,2}[a-z]?|[a-z])[).][ ](?=\S)", re.IGNORECASE)


def _opened(found: Sequence[Line], asked: Sequence[Asked], numbers: Numbers) -> list[Line]:
    """Lines with a line of its own for each question that a paragraph quotes one after the other."""
    texts = {plain(a.number): words(a.text) for a in asked}
    out: list[Line] = []
    for line in found:
        cuts = [m.start() for m in _INLINE.finditer(line.text)]
        edges = sorted({0, *cuts})
        pieces = [line.text[a:b].strip() for a, b in zip(edges, [*edges[1:], len(line.text)], strict=True)]
        quoted = sum(_quoted(p, label(p[:200], numbers), texts) is not None for p in pieces)
        if len(cuts) > 1 and quoted > 1:
            out.extend(Line(p, line.first and k == 0) for k, p in enumerate(pieces) if p)
        else:
            out.append(line)
    return out


def _leaves(line: Line, here: tuple[str, ...], headed: bool, out: Sequence[Statement]) -> bool:
    """Whether a line that names no question speaks of the whole request again."""
    if not here:
        return False
    bare = line.text
    if _RESET.match(bare):
        return not headed or line.first
    if line.first and bare.isupper() and 6 <= len(bare) <= 60 and not cited(bare):
        return True
    if (
        withholds_more(bare[:300])
        and re.search(r"\b(?:your|this|the) request\b", bare[:400], re.IGNORECASE)
        and line.first
        and re.search(r"neither|confirm", bare[:300], re.IGNORECASE)
    ):
        return True
    if not _GROUNDS_BEGIN.match(bare) or (
        not cited(bare[:300])
        and not re.match(r"\W{0,4}(?:evidence|harm|public|exempt|refusal|factors|reason)", bare, re.IGNORECASE)
    ):
        return False
    mine = [s.said for s in out if set(here) & set(s.numbers) and s.numbers]
    answered = [s for s in mine if s.result is not None and not s.weak]
    refused = any(s.result in ("refused", "ncnd") for s in answered) or any(s.cites for s in out if s.numbers == here)
    # Grounds set out below a question that was answered belong to others, named before.
    return headed and not refused and any(s.numbers == here for s in out)


def _heads(found: Sequence[Line], asked: Sequence[Asked], numbers: Numbers) -> list[_Head | None]:
    """For each line the question that it quotes or is labelled with."""
    labels = [label(x.text[:200], numbers) for x in found]
    texts = {plain(a.number): words(a.text) for a in asked}
    quoted: list[_Head | None] = []
    open_words: list[str] = []
    for k, line in enumerate(found):
        head = _quoted(line.text, labels[k], texts)
        if head is not None:
            open_words = texts[head.numbers[-1]] if head.at >= len(line.text) else []
        elif open_words and _goes_on(line.text, open_words):
            head = _Head((), len(line.text), quotes=False)
        else:
            open_words = []
        quoted.append(head)
    plain_too = _plain_labels(labels, quoted, numbers)
    return [
        q if q is not None else _labelled(x.text, lab, plain_too=plain_too)
        for q, lab, x in zip(quoted, labels, found, strict=True)
    ]


def _labelled(text: str, lab: Label | None, *, plain_too: bool) -> _Head | None:
    if lab is None or not (lab.named or plain_too or (len(lab.numbers) > 1 and "\t" in text[: lab.end])):
        return None
    # "Question 3 asks …", "Question 2 is exempt": the number is the sentence's subject, which `find` reads.
    if lab.named and re.match(
        r"(?:is|are|was|were|has|have|asks?|relates?|refers?|would|will|can|cannot|and|of|above|does)\b",
        text[lab.end : lab.end + 12],
        re.IGNORECASE,
    ):
        return None
    return _Head(lab.numbers, lab.end, quotes=False)


def _plain_labels(labels: Sequence[Label | None], quoted: Sequence[_Head | None], numbers: Numbers) -> bool:
    """Whether bare numbers ("1.", "2)") at the heads of lines are the questions' own: they count up as those do."""
    run = [
        lab.numbers[0] for lab, q in zip(labels, quoted, strict=True) if lab is not None and not lab.named and q is None
    ]
    if not run:
        return False
    order = [numbers.all.index(n) for n in run]
    if any(a >= b for a, b in itertools.pairwise(order)):
        return False
    if order[0] == 0:
        return len(run) > 1 or len(numbers) == 1
    # The rest of those that were quoted, where a link or a typing error hides a question's words.
    both: list[str] = []
    for lab, q in zip(labels, quoted, strict=True):
        if q is not None:
            both += q.numbers[:1]
        elif lab is not None and not lab.named:
            both.append(lab.numbers[0])
    places = [numbers.all.index(n) for n in both]
    return len(both) > len(run) and all(a < b for a, b in itertools.pairwise(places))


def _quoted(line: str, lab: Label | None, texts: dict[str, list[str]]) -> _Head | None:
    """The question that a line repeats, by its number and words, or by many words alone."""
    body = line[lab.end :] if lab else line
    mine = words(body[:600])
    same = (
        next((n for n, asked in texts.items() if asked == mine and (lab is None or n in lab.numbers)), None)
        if mine
        else None
    )
    if same is not None:
        return _Head((same,), len(line), quotes=True)
    if len(mine) < 3:
        return None
    wanted = [n for n in lab.numbers if n in texts] if lab else list(texts)
    for number in wanted:
        asked = texts[number]
        first = asked[:_FIRST_WORDS]
        least = 3 if lab else 6
        if len(first) < min(least, 3) or (not lab and len(first) < least):
            continue
        head = mine[: len(first)]
        alike = len(set(first) & set(head)) / max(len(set(first)), 1)
        starts = head[:3] == first[:3] or lab is not None
        if alike >= ALIKE and starts:
            return _Head((number,), (lab.end if lab else 0) + _beyond(body, asked), quotes=True)
        if (
            lab
            and len(mine) < len(first)
            and len(set(mine) & set(first)) / len(set(mine)) >= 0.9
            and mine[:3] == first[:3]
        ):
            return _Head((number,), len(line), quotes=True)
    return None


def _beyond(body: str, asked: list[str]) -> int:
    """Where in a line the words of the question end and others begin."""
    left = len(asked)
    known = set(asked)
    end = 0
    strangers = 0
    for m in re.finditer(r"[^\W_]+", body):
        if left <= 0 or strangers > 2:
            break
        if m[0].lower() in known:
            end, strangers = m.end(), 0
        else:
            strangers += 1
        left -= 1
    while end < len(body) and body[end] in "?.!:;,)”\"' ":
        end += 1
    return end if body[end:].strip(" .?)") else len(body)


def _goes_on(line: str, asked: list[str]) -> bool:
    """Whether a line goes on with the question quoted above it."""
    mine = words(line[:600])
    return bool(mine) and len(mine) <= len(asked) and sum(w in set(asked) for w in mine) / len(mine) >= 0.85


def _listings(found: Sequence[Line], heads: list[_Head | None], numbers: Numbers) -> list[_Head | None]:
    """Questions that are only listed, one below the other, have no answer there: what follows the last one speaks of
    all of them, and of the whole request where all are listed."""
    starts = [k for k, h in enumerate(heads) if h is not None and h.numbers]
    out = list(heads)
    run: list[int] = []
    for i, k in enumerate(starts):
        head = heads[k]
        run.append(k)
        if head is None:
            continue
        stop = starts[i + 1] if i + 1 < len(starts) else len(found)
        empty = head.quotes and head.at >= len(found[k].text) and all(heads[j] is not None for j in range(k + 1, stop))
        if empty and stop < len(found):
            continue
        follows = next((j for j in range(k, stop) if (h := heads[j]) is None or h.at < len(found[j].text)), stop)
        if len(run) > 1 and all((h := heads[j]) is not None and h.quotes for j in run):
            listed = {n for j in run if (h := heads[j]) is not None for n in h.numbers}
            if follows > k:
                together = (
                    ()
                    if listed >= set(numbers.all) or len(listed) >= 0.8 * len(numbers)
                    else tuple(n for n in numbers.all if n in listed)
                )
                out[k] = _Head(together, head.at, quotes=True)
        run = []
    return out


def _clauses(sentence: str, numbers: Numbers, here: tuple[str, ...]) -> list[str]:
    """A sentence cut where it turns from one set of questions, with its grounds, to the next."""
    turn = exception(sentence)
    if turn is not None:
        end, start = turn
        return [sentence[:end], *_clauses(sentence[start:], numbers, here)]
    scopes = [s for s in find(sentence, numbers, here[0] if here else "") if not points(sentence[: s.start])]
    if len(scopes) < 2:
        return [sentence]
    grounds = cited(sentence)
    marks = sorted([(s.start, "scope") for s in scopes] + [(c.start, "ground") for c in grounds])
    leading = marks[0][1]
    cuts: list[int] = []
    for (_, before), (at, kind) in itertools.pairwise(marks):
        turns = kind == leading and (
            before != leading or (kind == "scope" and _decides_between(sentence, cuts[-1] if cuts else 0, at))
        )
        if turns:
            cuts.append(_back(sentence, at))
    edges = [0, *cuts, len(sentence)]
    return [p for a, b in itertools.pairwise(edges) if (p := sentence[a:b].strip(" ,"))]


def _decides_between(sentence: str, start: int, end: int) -> bool:
    return (
        read(sentence[start:end]).result is not None
        or "except" in sentence[start:end].lower()
        or ":" in sentence[start:end]
    )


_LINK = re.compile(
    r"(?:,|;|\band\b|\bbut\b|\bwhereas\b|\bwhile\b|\bwhilst\b|\bhowever\b|\bexcept\b"
    r"|\bwith\b|\bapart\b|\bin (?:relation|respect)\b|\bfor\b)[^,;]{0,40}$",
    re.IGNORECASE,
)


def _back(sentence: str, at: int) -> int:
    """Where the clause that holds place `at` begins: at the word that joins it to the one before."""
    m = _LINK.search(sentence[max(0, at - 60) : at])
    return at if m is None else max(0, at - 60) + m.start()


def _read(
    clause: str, numbers: Numbers, here: tuple[str, ...], headed: bool, out: list[Statement], *, past: bool
) -> tuple[tuple[str, ...], bool]:
    """Add what a clause says; returns the questions that the next one speaks of."""
    said = read(clause)
    grounds = tuple(cited(clause))
    pointing: list[str] = []
    mine: list[Scope] = []
    rest = False
    for scope in find(clause, numbers, here[0] if here else ""):
        before = clause[: scope.start]
        if points(before):
            pointing += scope.numbers
        elif scope.whole:
            if (
                said.result
                and not general(clause)
                and not said.partial
                and re.search(
                    r"\b(?:entire|whole|all|every|full|entirety|each)\b", clause[scope.start : scope.end], re.IGNORECASE
                )
            ):
                mine.append(scope)
        elif scope.rest:
            rest = True
        elif (
            said.result
            or grounds
            or said.upheld
            or _ABOUT.match(before)
            or (not headed and not before.strip(" \t(-–—:•*"))
        ):
            mine.append(scope)
    chosen = tuple(n for n in numbers.all if any(n in s.numbers for s in mine))
    named = bool(chosen)
    if chosen or rest:
        here, headed = chosen, headed and chosen == here
    lifted = overturned(clause)
    talk = general(clause) and said.result is None
    out.append(
        Statement(
            numbers=chosen or (() if rest else here),
            named=named,
            said=said,
            cites=() if lifted or talk else grounds,
            mentions=grounds if talk and not _might(clause) else (),
            lifts=grounds if lifted else (),
            points_at=tuple(pointing),
            rest=rest and not chosen,
            past=past,
            other=said.result == "ncnd" and said.partial,
            text=clause,
        )
    )
    return here, headed


def _might(clause: str) -> bool:
    return re.search(r"\b(?:may|might|could|can|future|resubmi\w+|refine\w*|not)\b", clause, re.IGNORECASE) is not None
