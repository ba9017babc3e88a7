"""What an answer did with each question: result and grounds, from its statements and its headline.

The first decision about a question counts: a refusal that goes on "in an effort to assist" stays one, an answer that
then withholds a further breakdown stays an answer and keeps the grounds for what was withheld. What is said of no
question in particular holds for those of which nothing was said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from classifier.outcomes.lines import words
from classifier.outcomes.scopes import Numbers, plain
from classifier.outcomes.sections import cited, section_of, settle
from classifier.outcomes.statements import statements
from classifier.outcomes.verdicts import Said, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.outcomes.sections import Cited
    from classifier.outcomes.statements import Asked, Statement
    from classifier.outcomes.verdicts import Result


class Outcome(NamedTuple):
    """What became of a question: the result, None where nothing is known, and the grounds, () for none."""

    result: Result | None
    grounds: tuple[str, ...] = ()

    def words(self) -> str:
        """As a note has it: "refused under s31(1)"."""
        under = f" under {', '.join(self.grounds)}" if self.grounds else ""
        return f"{(self.result or 'unknown').replace('_', ' ')}{under}"


UNKNOWN = Outcome(None)
_NAMED = (
    (
        re.compile(
            r"\b(?:cost|fees?|18[- ]hours?|eighteen hours|£450|appropriate) (?:limit|threshold"
            r"|level|ceiling)|\bappropriate limit\b|\b18[- ]hours?\b|£450\b",
            re.IGNORECASE,
        ),
        "s12",
    ),
    (re.compile(r"\bvexatious\b|\brepeated request\b", re.IGNORECASE), "s14"),
    (
        re.compile(
            r"\b(?:reasonably|already) accessible\b|\baccessible (?:by|to you by|via) other means\b"
            r"|\balready (?:published|available) in the public domain\b",
            re.IGNORECASE,
        ),
        "s21",
    ),
    (re.compile(r"\b(?:intended for|future) publication\b", re.IGNORECASE), "s22"),
    (re.compile(r"\blegal professional privilege\b", re.IGNORECASE), "s42"),
)
_WITHHOLDS = ("refused", "ncnd")
_LEFT_OUT = re.compile(r"\b(?:redact|withh|exempt|remov|omit|exclud|suppress|with the exception)", re.IGNORECASE)


class Headline(NamedTuple):
    """The line that sums an answer up: "Part disclosure with Section 31(1) exemption"."""

    result: Result | None
    part: bool
    grounds: tuple[Cited, ...]


def headline(text: str) -> Headline | None:
    """The headline in `text`, or None where it is none."""
    text = text.strip()[:300]
    if not text:
        return None
    grounds = tuple(cited(text))
    if re.search(
        r"\b(?:part|partial|partially|partly|some|split)\b|disclos\w+ (?:and|/) (?:exempt|refus|withh)|mixed",
        text,
        re.IGNORECASE,
    ):
        return Headline("disclosed", True, grounds)
    if re.search(
        r"\bfull(?:y)? (?:disclos|grant|releas|provid|answer)|\bdisclosed?\b(?! not)|\bdisclosure\b(?<!non-disclosure)"
        r"|\bgranted\b|\breleased\b|\bin full\b(?! refus)",
        text,
        re.IGNORECASE,
    ) and not re.search(r"\b(?:non|no|not|nil)[- ]disclos", text, re.IGNORECASE):
        return Headline("disclosed", False, grounds)
    said = read(text)
    if said.result is None and re.search(
        r"\b(?:exempt\w*|refus\w+|(?:no|non|nil)[- ]disclos\w+|withheld|rejected|not disclosed)\b", text, re.IGNORECASE
    ):
        said = Said("refused")
    if said.result is None:
        return Headline("refused", False, grounds) if grounds else None
    return Headline(said.result, said.partial, grounds)


def outcomes(
    text: str, asked: Sequence[Asked], head: Headline | None = None, *, review: bool = False,
    before: dict[str, Outcome] | None = None,
) -> dict[str, Outcome]:  # fmt: skip
    """What the answer in `text` made of each question, by its number as in `Numbers`; UNKNOWN where it says nothing.

    `review`: the answer looks at an earlier one again, which gave `before`; what it lets stand is as before.
    """
    numbers = Numbers([a.number for a in asked])
    said = statements(text, asked, numbers, review=review)
    if review:
        return _reviewed([s for s in said if not s.past], numbers, before or {}, text)
    return _decide(said, numbers, head, text, asked)


def recited(text: str, asked: Sequence[Asked]) -> dict[str, Outcome]:
    """The outcomes of an earlier answer as a review of it tells them."""
    numbers = Numbers([a.number for a in asked])
    told = [s for s in statements(text, asked, numbers, review=True) if s.past]
    return _decide(told, numbers, None, "") if told else {}


def _decide(
    said: Sequence[Statement], numbers: Numbers, head: Headline | None, text: str, asked: Sequence[Asked] = ()
) -> dict[str, Outcome]:
    said = by_subject(said, asked, head)
    named = {n for s in said if s.named or s.numbers for n in s.numbers}
    left = tuple(n for n in numbers.all if n not in named)
    said = [s._replace(numbers=left or numbers.all) if s.rest else s for s in said]
    mine = {n: [s for s in said if n in s.numbers] for n in numbers.all}
    loose = [s for s in said if not s.numbers]
    extra = [s for s in loose if s.said.partial and s.said.result in _WITHHOLDS]
    common = [s for s in loose if s not in extra]
    pool = [c for s in common for c in s.cites] or [c for s in common for c in s.mentions]
    own = {n: _one(of) for n, of in mine.items()}
    if head is not None and head.result not in (None, "disclosed"):
        # "Refused" stands above it, and what stands below does not say otherwise.
        own = {n: o if _decides(mine[n]) else None for n, o in own.items()}
    default = _default(common, extra, own, head, pool)
    out: dict[str, Outcome] = {}
    for n in numbers.all:
        found = own[n]
        if found is None and _decides(mine[n]):
            found = _pointed(mine[n], own)
        if found is None:
            found = default
        elif found.result in _WITHHOLDS and not found.grounds:
            found = Outcome(found.result, _grounds_for(found.result, pool, head, mine[n], text))
        out[n] = found
    if len(numbers) == 1 and head is not None and head.part:
        out = {n: _in_part(o, said) for n, o in out.items()}
    out = _with_extra(out, extra, mine)
    return _with_headline(_parents(out, numbers, own), head)


def _in_part(found: Outcome, said: Sequence[Statement]) -> Outcome:
    """One question with two asks, of which the headline says that one was answered: figures first, then a refusal. Cost
    alone refuses the whole, whatever is told beside it."""
    refusals = (k for k, s in enumerate(said) if s.said.result in _WITHHOLDS)
    if found.result not in _WITHHOLDS or found.grounds == ("s12",):
        return found
    given = any(_gives(s) for s in said[: next(refusals, 0)])
    return Outcome("disclosed", found.grounds) if given else found


def _decides(said: Sequence[Statement]) -> bool:
    return any(s.said.result or s.cites or s.points_at for s in said)


def by_subject(said: Sequence[Statement], asked: Sequence[Asked], head: Headline | None) -> list[Statement]:
    """Statements of an answer that names no question, given to the question whose own words they use: "The contract is
    exempt" where one of three questions is about a contract. Only where something else was given."""
    plain_said = list(said)
    if len(asked) < 2 or any(s.numbers for s in said):
        return plain_said
    own = _own_words(asked)
    out: list[Statement] = []
    placed: set[str] = set()
    gives = head is not None and head.result == "disclosed"
    for s in said:
        at = _subject_of(s, own) if (s.said.result or s.cites) and not s.said.weak else None
        gives = gives or _gives(s) or (s.said.result == "disclosed" and not s.said.weak)
        if at is not None and s.said.result in (*_WITHHOLDS, "not_held"):
            placed.add(at)
            out.append(s._replace(numbers=(at,)))
        elif at is not None and s.said.result is None and at in placed:
            out.append(s._replace(numbers=(at,)))
        else:
            out.append(s)
    return out if (placed and gives and len(placed) < len(own)) or len(placed) == len(own) else plain_said


_COMMON = frozenset([
    "that", "this", "these", "those", "with", "from", "have", "been", "were", "their", "there",
    "which", "please", "provide", "information", "number", "total", "many", "much", "each", "what", "when",
    "where", "your", "copy", "copies", "list", "details", "force", "police", "held", "since", "between",
])  # fmt: skip


def _own_words(asked: Sequence[Asked]) -> dict[str, set[str]]:
    """The words that each question shares with no other."""
    all_words = {
        plain(a.number): {
            w for w in words(a.text) if w not in _COMMON and (len(w) > 3 or _stands_in_capitals(w, a.text))
        }
        for a in asked
    }
    return {n: mine - set().union(*(o for m, o in all_words.items() if m != n)) for n, mine in all_words.items()}


def _stands_in_capitals(word: str, text: str) -> bool:
    return len(word) > 1 and word.upper() in text


def _subject_of(s: Statement, own: dict[str, set[str]]) -> str | None:
    said = set(words(s.text))
    shares = sorted(
        ((len(mine & said) / max(len(mine), 1), len(mine & said), n) for n, mine in own.items()), reverse=True
    )
    best, next_best = shares[0], shares[1]
    return best[2] if (best[0] >= 0.5 or best[1] >= 2) and best[1] > next_best[1] else None


def _one(said: Sequence[Statement]) -> Outcome | None:
    """What the statements about one question come to, or None where they decide nothing."""
    said = [s for s in said if not (s.points_at and s.said.result in (None, "disclosed") and not s.cites)]
    if not said:
        return None
    result = _first(said)
    if result is None:
        if any(s.cites for s in said):
            denying = all(section_of(c.ground) and c.ground.endswith(("(5)", "(3)")) for s in said for c in s.cites)
            result = "ncnd" if denying else "refused"
        elif any(s.text.strip(" .:-") and not s.lifts and not s.said.upheld for s in said):
            # Whatever stands below a question, and refuses nothing, answers it.
            return Outcome("disclosed")
        else:
            return None
    return Outcome(result, _grounds(said, result))


def _first(said: Sequence[Statement]) -> Result | None:
    """The first decision; what is said of other information than was asked for counts only by itself."""
    full = [s.said for s in said if s.said.result and not s.said.weak and not s.said.partial]
    some = [s.said for s in said if s.said.result and not s.said.weak and s.said.partial]
    weak = [s.said for s in said if s.said.weak]
    if full:
        first = full[0].result
        if (
            first == "disclosed"
            and _links(said)
            and any(s.said.result == "refused" and {c.ground for c in s.cites} == {"s21"} for s in said)
        ):
            return "refused"  # a link to what is published, given with section 21
        if first == "disclosed" and len(full) > 1 and not some and full[1].result in _WITHHOLDS and _hands_over(said):
            return full[1].result
        return first
    if some and (weak or any(_gives(s) for s in said)):
        return "disclosed"
    return some[0].result if some else weak[0].result if weak else None


def _links(said: Sequence[Statement]) -> bool:
    """Whether what seems to be given is only where to find it."""
    given = [s for s in said if s.said.result == "disclosed"]
    where = re.compile(r"\b(?:websites?|links?|publish\w*|publication|available|accessible|https?)\b", re.IGNORECASE)
    return all(where.search(s.text) for s in given) and not any(_gives(s) for s in said)


def _hands_over(said: Sequence[Statement]) -> bool:
    """Whether the first sentence that seems to give something only leads on to a refusal: "Please see below"."""
    first = next(s for s in said if s.said.result == "disclosed" and not s.said.weak)
    return (
        re.search(
            r"\bplease (?:see|refer to|find) (?:the )?(?:below|following|explanation|notice|exemption"
            r"|annex|refusal)|\bthe following (?:exemptions?|explanation|applies)",
            first.text,
            re.IGNORECASE,
        )
        is not None
        or bool(first.cites)
    ) and not re.search(r"\b(?:table|figures?|data|attached|spreadsheet)\b", first.text, re.IGNORECASE)


def _gives(statement: Statement) -> bool:
    return (
        statement.said.result is None
        and not statement.cites
        and not statement.mentions
        and re.search(r"\d", statement.text) is not None
    )


def _grounds(said: Sequence[Statement], result: Result) -> tuple[str, ...]:
    if result not in ("refused", "ncnd", "disclosed"):
        return ()
    lifted = {c.ground for s in said for c in s.lifts}
    if result == "disclosed":
        # Only what withholds: an answer may mention sections for other reasons.
        cites = [c for s in said if s.said.result in (*_WITHHOLDS, None) or _LEFT_OUT.search(s.text) for c in s.cites]
        denying = bool(cites) and all(s.said.result == "ncnd" for s in said if s.said.result in _WITHHOLDS)
    else:
        cites = [c for s in said for c in s.cites] or [c for s in said for c in s.mentions]
        denying = result == "ncnd"
    cites = [c for c in cites if c.ground not in lifted or not c.exact]
    return settle(cites, denying=denying and any(s.said.result == "ncnd" for s in said))


def _grounds_for(
    result: Result, pool: Sequence[Cited], head: Headline | None, said: Iterable[Statement], text: str
) -> tuple[str, ...]:
    """The grounds of a refusal that names none itself: those of the whole answer, of its headline, of its wording."""
    denying = result == "ncnd"
    mentions = [c for s in said for c in s.mentions]
    for cites in (mentions, pool, head.grounds if head else ()):
        if cites:
            return settle(cites, denying=denying)
    if denying:
        return ()
    wording = " ".join(s.text for s in said) or text
    return tuple(ground for pattern, ground in _NAMED if pattern.search(wording))[:1]


def _pointed(said: Sequence[Statement], own: dict[str, Outcome | None]) -> Outcome | None:
    for s in said:
        for n in s.points_at:
            if (found := own.get(n)) is not None:
                return found
    return Outcome("disclosed") if any(s.points_at for s in said) else None


def _default(
    common: Sequence[Statement], extra: Sequence[Statement], own: dict[str, Outcome | None], head: Headline | None,
    pool: Sequence[Cited],
) -> Outcome:  # fmt: skip
    """What holds for a question of which nothing is said by itself."""
    result = (
        _first([s for s in common if s.said.result] + list(extra))
        if any(s.said.result for s in (*common, *extra))
        else None
    )
    grounds = settle([*pool, *(c for s in extra for c in s.cites)], denying=result == "ncnd")
    decided = [o for o in own.values() if o is not None]
    if result in _WITHHOLDS:
        withheld = [o for o in decided if o.result in _WITHHOLDS]
        covered = {section_of(g) for o in withheld for g in o.grounds}
        if (
            withheld
            and (not covered or {section_of(g) for g in grounds} <= covered or not grounds)
            and not (head is not None and head.result in _WITHHOLDS)
        ):
            # What the letter says in general is about the questions that it then names.
            return Outcome("disclosed")
        return Outcome(result, grounds or _grounds_for(result, (), head, common, ""))
    if head is not None and head.result in _WITHHOLDS and not decided:
        return Outcome(head.result, settle([*head.grounds, *pool], denying=head.result == "ncnd"))
    if result == "disclosed":
        withheld = [s for s in common if s.said.result in _WITHHOLDS]
        if withheld and not decided:
            return Outcome("disclosed", settle([c for s in withheld for c in s.cites] or list(pool), denying=False))
        return Outcome("disclosed")
    if result is not None:
        return Outcome(result)
    if decided or (head is not None and head.result == "disclosed"):
        return Outcome("disclosed") if decided or head is not None else UNKNOWN
    if head is not None and head.result is not None:
        return Outcome(
            head.result, settle(head.grounds, denying=head.result == "ncnd") if head.result in _WITHHOLDS else ()
        )
    if pool:
        denying = all(c.ground in ("s23(5)", "s24(2)", "s30(3)", "s31(3)", "s38(2)", "s40(5)") for c in pool)
        return Outcome("ncnd" if denying else "refused", settle(pool, denying=denying))
    return UNKNOWN


def _with_extra(
    out: dict[str, Outcome], extra: Sequence[Statement], mine: dict[str, list[Statement]]
) -> dict[str, Outcome]:
    """Grounds for withholding more than was asked, or some of it, stand beside what was given."""
    if not extra:
        return out
    added = dict(out)
    withheld = {section_of(g) for o in out.values() if o.result in _WITHHOLDS for g in o.grounds}
    for s in extra:
        if s.said.result == "refused" and withheld and {section_of(c.ground) for c in s.cites} <= withheld:
            continue  # what the letter says in general is about the questions that it refuses
        denying = s.said.result == "ncnd"
        more = settle(s.cites or _following(extra, s), denying=denying)
        for n, o in out.items():
            if o.result == "disclosed":
                keep = added[n]
                added[n] = Outcome(keep.result, tuple(dict.fromkeys((*keep.grounds, *more))))
    return added


def _following(extra: Sequence[Statement], s: Statement) -> tuple[Cited, ...]:
    return tuple(c for other in extra if other is not s for c in other.cites)


def _parents(out: dict[str, Outcome], numbers: Numbers, own: dict[str, Outcome | None]) -> dict[str, Outcome]:
    """A question of which nothing is said, but whose parts were all decided alike, is decided like them."""
    for n in numbers.all:
        below = [out[m] for m in numbers.of(n) if m != n]
        if own[n] is None and below and len({b.result for b in below}) == 1:
            out[n] = Outcome(below[0].result, tuple(dict.fromkeys(g for b in below for g in b.grounds)))
    return out


def _with_headline(out: dict[str, Outcome], head: Headline | None) -> dict[str, Outcome]:
    """A disclosure whose headline names sections that the answer nowhere applies to a question: they are about what was
    left out of it."""
    if head is None or head.result != "disclosed" or not head.grounds:
        return out
    results = {o.result for o in out.values()}
    if results <= {"disclosed"} and not any(o.grounds for o in out.values()):
        return {n: Outcome(o.result, settle(head.grounds, denying=False)) for n, o in out.items()}
    return out


def _reviewed(said: Sequence[Statement], numbers: Numbers, before: dict[str, Outcome], text: str) -> dict[str, Outcome]:
    """What a review leaves of an earlier answer, and what it puts in its place."""
    out = {n: before.get(n, UNKNOWN) for n in numbers.all}
    withheld = [n for n, o in out.items() if o.result in (*_WITHHOLDS, "not_held")]
    mine = {n: [s for s in said if n in s.numbers] for n in numbers.all}
    loose = [s for s in said if not s.numbers]
    for n in numbers.all:
        lifted = {c.ground for s in mine[n] for c in s.lifts}
        found = _one([s for s in mine[n] if s.said.result or s.cites])
        if found is not None and not (any(s.said.upheld for s in mine[n]) and found.result == out[n].result):
            grounds = found.grounds
            if found.result in _WITHHOLDS and not grounds:
                grounds = tuple(g for g in out[n].grounds if g not in lifted) or _grounds_for(
                    found.result, [c for s in loose for c in s.cites], None, mine[n], text
                )
            out[n] = Outcome(found.result, grounds)
        elif lifted:
            kept = tuple(g for g in out[n].grounds if g not in lifted)
            out[n] = Outcome(out[n].result, kept) if kept else Outcome("disclosed")
    if any(mine[n] for n in numbers.all if any(s.said.result for s in mine[n])) or not loose:
        return out
    if any(s.said.upheld for s in loose) and not any(s.said.result for s in loose):
        added = settle([c for s in loose for c in s.cites if not s.said.upheld], denying=False)
        return {
            n: Outcome(o.result, tuple(dict.fromkeys((*o.grounds, *added)))) if o.result in _WITHHOLDS else o
            for n, o in out.items()
        }
    result = _first([s for s in loose if s.said.result])
    if result is None:
        return out
    lifted = {c.ground for s in loose for c in s.lifts}
    for n in withheld or numbers.all:
        grounds = _grounds(loose, result) if result in _WITHHOLDS else ()
        if result in _WITHHOLDS and not grounds:
            grounds = tuple(g for g in out[n].grounds if g not in lifted)
        out[n] = Outcome(result, grounds)
    return out
