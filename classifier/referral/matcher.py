"""Which rules of the register a letter raises, question by question, with the words that raised them.

The register's patterns and the trained paraphrase model (its scores come in as numbers) are independent: either is
enough to flag. Everything here sees the applicant-blind text only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from classifier.records import Question, Referral, Value
from classifier.referral.context import Lean, Region, lean, overlooked
from classifier.referral.patterns import Hits, Span
from classifier.referral.places import Place, find_places
from classifier.referral.register import Register, Rule, period
from classifier.referral.words import Words, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_OPERATION = re.compile(r"\b(?:[Oo]peration|OPERATION|Op\.?)\s+[\"'“‘]?([A-Z][A-Za-z]{2,20})")
_PLACEHOLDER = re.compile(
    r"[\[<{(](?:insert |enter |your )?(?:name of )?(?:the )?(?:police )?(?:force|"
    r"constabulary)(?: name)?(?: here)?[\]>})]",
    re.IGNORECASE,
)
_BRANCH = re.compile(r"\b[Tt]he (Branch)\b")
# The programme has its capital in the middle of a sentence, the verb has not; after a full stop nobody can tell.
_PREVENT = re.compile(r"(?<=[a-z,] )(?:Prevent|PREVENT)(?![ -]+[A-Z])\b")
# Programmes, structures and everyday compounds that are called "Operation ..." without being an investigation.
_PROGRAMME_WORDS = """
    uplift room rooms centre centres manual order orders command department director manager support team staff plan
    encompass snap sceptre hotspot close park bridger servator nightingale plato temperer order servers model date name
    number names system systems cost costs soteria modernise talla
"""
_PROGRAMMES = frozenset(_PROGRAMME_WORDS.split())
_NEGATED = re.compile(
    r"\b(?:(?:not|n't|never|nor am i) (?:about|asking|interested|concerned|requesting|seeking|want(?:ing)?|"
    r"need(?:ing)?|"
    r"looking|after|including|include|require)|no(?:thing)? (?:interest|need|to do with)|exclud(?:e|es|ed|ing)|"
    r"other than|apart from|except(?:ing)?(?: for)?|rather than|leav(?:e|ing) out|(?:has|have|had) nothing to do with|"
    r"unrelated to|do(?:es)? not (?:want|need|include|relate|concern)|don['’]t (?:want|need|include))\b",
    re.IGNORECASE,
)
_NEGATION_REACH = 9
_QUOTE = 200


class Thresholds(Value, frozen=True):
    """How the model's probability of a rule (0 to 1) is joined with the register's patterns.

    From `mandatory` and `advised`, by the rule's level, the model alone flags. Words of the question itself that meet a
    pattern are enough, whatever the model says. Words that the question only inherits (of a heading, or of a sentence
    it points back to) need `inherited_mandatory` or `inherited_advised` besides: on held-out voices they are right in
    two cases of three where the model gives more, in one of ten where it gives less.
    """

    mandatory: float = 0.35
    advised: float = 0.55
    inherited_mandatory: float = 0.01
    inherited_advised: float = 0.03


def find(
    text: str,
    questions: Sequence[Question],
    register: Register,
    received: date,
    today: date,
    *,
    subject: str = "",
    model_scores: Mapping[str, Mapping[str, float]] | None = None,
    thresholds: Thresholds | None = None,
    districts: Mapping[str, int | None] | None = None,
    force_name: str = "",
) -> tuple[Referral, ...]:
    """The referrals that a letter raises, in the register's order, then the questions'.

    `text` is the letter's blind text, `questions` have spans into it. `received` is the day of receipt, by which a rule
    has its level; a rule that was not in force then is left out, a withdrawn one is kept so that the reader sees why
    nothing is due. A sentence that asks and stands in no item raises mandatory rules by its own words, with no question
    to name: a referral that is missed because the splitter missed its question costs as much as any. `model_scores`
    gives, by question id and rule id, a probability from 0 to 1. `districts` are the force's areas with population
    where known. `because` quotes the words of the question.
    """
    limits = thresholds or Thresholds()
    head = f"{subject}\n\n" if subject.strip() else ""
    whole = head + text
    words = split_words(whole)
    found = _without_negated(whole, words, register.lexicon.find(words, _markers(whole, words)))
    leans = lean(words, whole, len(head), questions)
    index = [span.first for _, span in found]
    in_force = {r.id: now for r in register.rules.values() if (now := period(r, received)) is not None}
    out: list[Referral] = []
    letter = Hits(words, found)
    for rule in (register.rules[i] for i in in_force if register.rules[i].where == "letter"):
        spans = _first(letter, register, rule)
        score = max((_score(model_scores, q.id, rule.id) for q in questions), default=0.0)
        if spans or score >= _limit(limits, in_force[rule.id].level):
            quoted = _quote(whole, words, spans) if spans else _best(questions, model_scores, rule.id)
            first = next((q.id for q in questions if q.kind == "request"), None)
            out.append(referral(register, rule, received, today, first, quoted, 1.0 if spans else score))
    for item in leans:
        fired = _fired(register, item, _views(words, found, index, item))
        scores = model_scores.get(item.question.id, {}) if model_scores else {}
        places: tuple[Place, ...] | None = None
        for name in {*fired, *scores} & in_force.keys():
            rule = register.rules[name]
            spans, score = fired.get(name), scores.get(name, 0.0)
            level = in_force[name].level
            by_model = score >= _limit(limits, level)
            own = [s for s in spans or () if item.is_own(s.first)]
            if spans is not None and not own and scores and score < _consent(limits, level):
                spans = None
            if rule.where != "question" or (spans is None and not by_model):
                continue
            quoted = _quote(whole, words, own) or _short(item.question.text)
            if "below_force_geography" in rule.conditions:
                if places is None:
                    places = _places(whole, words, item, districts, force_name)
                if not places and not by_model:
                    continue
                quoted += _place_words(places)
            sure = 1.0 if spans is not None else score
            out.append(referral(register, rule, received, today, item.question.id, quoted, sure))
    raised = {r.rule for r in out}
    for asked in overlooked(words, whole, len(head), questions):
        for name, spans in _matching(register, _within(words, found, index, (asked,))).items():
            rule = register.rules[name]
            if name in raised or name not in in_force or in_force[name].level != "mandatory":
                continue
            if rule.where == "question" and "below_force_geography" not in rule.conditions:
                raised.add(name)
                out.append(referral(register, rule, received, today, None, _quote(whole, words, spans), 1.0))
    number = {item.question.id: n for n, item in enumerate(leans)}
    order = {r: n for n, r in enumerate(register.rules)}
    return tuple(sorted(out, key=lambda r: (order[r.rule], number.get(r.question or "", -1))))


def _markers(text: str, words: Words) -> dict[str, list[Span]]:
    """What only its look tells: a named operation, "the Branch" (Special Branch), the Prevent programme, a force's name
    left to fill in."""
    operations = [m for m in _OPERATION.finditer(text) if m[1].lower() not in _PROGRAMMES]
    branches = [m for m in _BRANCH.finditer(text) if not m[1].isupper()]
    out: dict[str, list[Span]] = {}
    for name, matches in (
        ("operation", operations),
        ("branch", branches),
        ("placeholder", _PLACEHOLDER.finditer(text)),
        ("prevent", _PREVENT.finditer(text)),
    ):
        places = (words.between(m.start(), m.end()) for m in matches)
        out[name] = [Span(first, stop - 1) for first, stop in places if first < stop]
    return out


def _without_negated(text: str, words: Words, found: list[tuple[int, Span]]) -> list[tuple[int, Span]]:
    """`found` without what the writer says is not asked for ("I am not asking about ...")."""
    dead = bytearray(len(words.text))
    for m in _NEGATED.finditer(text):
        first = bisect_left(words.start, m.end())
        for at in range(first, min(first + _NEGATION_REACH, len(words.text))):
            if words.sentence[at] != words.sentence[first] or words.text[at] in {"but", "just", "only", "instead"}:
                break
            dead[at] = 1
    return [(n, s) for n, s in found if not dead[s.first]] if any(dead) else found


class _Views(Value, frozen=True):
    """What a question's patterns may look at, from its own words outwards."""

    own: Hits
    lent: Hits | None
    pointed: Hits | None


def _views(words: Words, found: list[tuple[int, Span]], index: list[int], item: Lean) -> _Views:
    def hits(regions: Sequence[Region]) -> Hits:
        return _within(words, found, index, regions)

    near = (item.own, *item.belonging)
    pointing = item.points_back or item.bare
    return _Views(
        own=hits(near),
        lent=hits((*item.lent, *near)) if item.lent else None,
        pointed=hits((*item.lent, *item.pointed, *near)) if pointing and (item.lent or item.pointed) else None,
    )


def _within(
    words: Words, found: Sequence[tuple[int, Span]], index: Sequence[int], regions: Sequence[Region]
) -> Hits:  # fmt: skip
    """What was found in some regions of the words; `index` holds where each find begins."""
    picked: list[tuple[int, Span]] = []
    for r in sorted(set(regions), key=lambda r: r.first):
        lo, hi = bisect_left(index, r.first), bisect_left(index, r.stop)
        picked += [x for x in found[lo:hi] if x[1].last < r.stop]
    return Hits(words, picked)


def _fired(register: Register, item: Lean, views: _Views) -> dict[str, list[Span]]:
    """The rules that the question raises and the spans by which they fire; a rule's own words come first.

    A question that names a subject itself inherits no other from what stands before it.
    """
    own = _matching(register, views.own)
    out = dict(own)
    if views.lent is not None:
        for rule, spans in _matching(register, views.lent, item.own).items():
            out.setdefault(rule, spans)
    if views.pointed is not None and not own:
        for rule, spans in _matching(register, views.pointed).items():
            out.setdefault(rule, spans)
    return out


def _matching(register: Register, hits: Hits, within: Region | None = None) -> dict[str, list[Span]]:
    """The first spans of every rule about questions that fires on `hits`, at least one of them `within` where given."""
    out: dict[str, list[Span]] = {}
    for number in sorted(hits.sets):
        for rule, pattern in register.anchored.get(number, ()):
            if rule in out:
                continue
            spans = hits.fires(pattern)
            if spans is not None and (within is None or any(within.first <= s.first < within.stop for s in spans)):
                out[rule] = spans
    return out


def _first(hits: Hits, register: Register, rule: Rule) -> list[Span]:
    for pattern in register.patterns[rule.id]:
        if spans := hits.fires(pattern):
            return spans
    return []


def _score(scores: Mapping[str, Mapping[str, float]] | None, question: str, rule: str) -> float:
    return scores.get(question, {}).get(rule, 0.0) if scores else 0.0


def _limit(limits: Thresholds, level: str) -> float:
    return limits.mandatory if level == "mandatory" else limits.advised


def _consent(limits: Thresholds, level: str) -> float:
    """The model score below which words that a question only inherits raise nothing."""
    return limits.inherited_mandatory if level == "mandatory" else limits.inherited_advised


def _best(questions: Sequence[Question], scores: Mapping[str, Mapping[str, float]] | None, rule: str) -> str:
    best = max(questions, key=lambda q: _score(scores, q.id, rule))
    return _short(best.text)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _QUOTE else one_line[: _QUOTE - 1].rsplit(" ", 1)[0] + "…"


def _quote(text: str, words: Words, spans: Sequence[Span]) -> str:
    """The words of the spans as the letter has them, near ones joined, far ones with "…" between."""
    if not spans:
        return ""
    parts: list[str] = []
    at: Span | None = None
    for s in sorted(spans, key=lambda s: (s.first, s.last)):
        if at is None:
            at = s
        elif s.first - at.last <= 6:
            at = Span(at.first, max(at.last, s.last))
        else:
            parts.append(text[words.start[at.first] : words.end[at.last]])
            at = s
    if at is not None:
        parts.append(text[words.start[at.first] : words.end[at.last]])
    return _short(" … ".join(parts))


def _places(
    text: str, words: Words, item: Lean, districts: Mapping[str, int | None] | None, force_name: str
) -> tuple[Place, ...]:
    """Areas in the question, what belongs to it, what introduces it, and, where it points back, what it points at."""
    regions = (item.own, *item.belonging, *(item.lent if item.points_back or item.bare else item.lent[-1:]))
    if item.points_back or item.bare:
        regions += item.pointed
    out: list[Place] = []
    for r in dict.fromkeys(regions):
        if r.first < r.stop:
            out += find_places(text[words.start[r.first] : words.end[r.stop - 1]], districts, force_name)
    return tuple(out)


def _place_words(places: Sequence[Place]) -> str:
    if not places:
        return ""
    said: list[str] = []
    for p in places[:3]:
        known = "" if p.population is None else f" ({p.population:,} people{', 10,000 or fewer' if p.small else ''})"
        said.append(f"“{' '.join(p.words.split())}”{known}")
    return " [area below force level: " + ", ".join(dict.fromkeys(said)) + "]"


def referral(
    register: Register, rule: Rule, received: date, today: date, question: str | None, because: str, score: float
) -> Referral:
    """A rule as it stood on `received` and stands `today`, raised by `because`.

    Raises ValueError where the rule was not in force on `received`.
    """
    then = period(rule, received)
    now = period(rule, today)
    if then is None:
        raise ValueError(f"{rule.id} was not in force on {received.isoformat()}")
    sign_off = register.confirmed.get(rule.id)
    return Referral(
        rule=rule.id,
        subject=rule.subject,
        level=then.level,
        level_today=now.level if now else "withdrawn",
        evidence=rule.evidence,
        confirmed=str(sign_off) if sign_off else None,
        question=question,
        because=because,
        effective_from=then.start,
        effective_to=then.end,
        score=score,
    )
