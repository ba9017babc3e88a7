"""Sections of FOIA 2000 that a published answer cites, as grounds of the taxonomy.

Read: "Section 31(1)(a)(b)", "s.40(2)", "S31", "Sections 23(5), 24(2) and 31(3)", "exemption 30(3)", "Section
40(5A)&(5B)". Sections of other Acts are none of FOIA's, whatever their digits; duties and procedure (s1, s8, s10, s16,
s17, s50) are no grounds. Sub-sections are told by the taxonomy's aliases.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NUMBER = r"\d{1,2}A?(?![\d.]\d)(?:[ ]?(?:,|&|and|/|or)?[ ]?\([ ]?(?:\d[A-Z]?|[a-z]{1,4})[ ]?\)){0,8}"
_HEAD = r"(?:sections?|sects?\.?|exemptions?(?:[ ]at)?[ ](?=\d\d\()|exemptions?[ ](?:under|in)[ ](?=\d)|\bss?\.?)"
_CITED = re.compile(
    rf"(?<![\w£/.-]){_HEAD}[ ]?(?P<list>{_NUMBER}"
    rf"(?:[ ]?(?:,[ ]?and|,|;|&|/|\+|and|or)[ ]{{0,2}}(?:{_HEAD}[ ]?)?{_NUMBER}){{0,12}})(?![\w/%]"
    rf"|[.:-]\d|[ ]?(?:hours?|days?|years?))",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:^|(?<=\n))[ \t>*•·o-]{0,6}(?P<list>(?:12|14|2[1-4]|27|28|3[0126789]|4[0-4])[ ]?"
    r"\(\d[A-Z]?\)(?:[ ]?\([a-z]{1,3}\)){0,6})"
    r"(?=[ ]?(?:$|\n|[-–—:]|[A-Z][a-z]))"
)
_ONE = re.compile(r"(\d{1,2}A?)((?:[ ]?(?:,|&|and|/|or)?[ ]?\([ ]?(?:\d[A-Z]?|[a-z]{1,4})[ ]?\))*)", re.IGNORECASE)
_SUB = re.compile(r"\([ ]?(\d[A-Z]?|[a-z]{1,4})[ ]?\)", re.IGNORECASE)

_FOIA = re.compile(r"freedom of information|\bfoia?\b|^the act\b|^act\b|^this act\b|^that act\b", re.IGNORECASE)
_SCOTLAND = re.compile(
    r"freedom of information \(scotland\)|\bFOISA\b|\bFOI\(S\)A\b|scottish information commissioner", re.IGNORECASE
)
_ENGLAND = re.compile(
    r"freedom of information act(?: \(?foia?\)?)?(?: of)? 2000|\bFOIA\b|information commissioner['’]s office|\bico\b",
    re.IGNORECASE,
)
# "of the Sexual Offences Act 2003", "of SOA 2003", "of PACE", "of the DPA 2018" behind a section's number.
_OF = re.compile(
    r"[ ]?(?:\([^()\n]{0,60}\)[ ]?)?(?:[-–,][ ]?)?(?:of|under|in|from|to)[ ](?:(?:the"
    r"|schedule \d{1,2} (?:to|of)(?: the)?)[ ])?"
    r"(?P<act>(?:Act\b(?![ ]\d)|[A-Z][^.;:\n]{0,90}?\b(?:Act|Regulations?|Order|Rules|Code|Bill)\b"
    r"|[A-Z]{2,8}\b(?:[ ]\d{4})?|[A-Z][a-z]{0,3}[A-Z]{1,4}\b))",
)
# "Section 47 Offences Against the Person Act 1861", "s.24 PACE", "s18 OAPA" with nothing between.
_DIRECT = re.compile(
    r"[ ](?:(?P<act>(?:[A-Z][\w’'-]{1,20}|\([A-Z]?[\w’' -]{1,30}\)|of|and|the|against|for|to|&)"
    r"(?:,?[ ](?:[A-Z][\w’'-]{1,20}|\([A-Z]?[\w’' -]{1,30}\)|of|and|the|against|for|to"
    r"|&|etc\.?)){0,9}[ ](?:Act|Regulations|Order)\b)"
    r"|(?P<short>PACE|SOA|POA|OAPA|MDA|MHA|RTA|CJPOA|CJA|DPA|RIPA|IPA|TACT|PCSC|UK ?GDPR|GDPR|HRA|PHA)\b)"
)
_BEFORE = re.compile(
    r"(?P<act>(?:[A-Z][\w’'()-]{1,25}[ ](?:(?:of|and|the|against|for|to|&|[A-Z(][\w’'()-]{0,25})[ ]){0,8})?(?:Act"
    r"|Regulations|PACE|SOA|DPA|TACT|OAPA|MDA))"
    r"(?:[ ]\d{4})?(?:['’]s)?[ ]?[,:(–-]{0,2}[ ]?(?:under[ ])?$"
)
# What stands behind the number of an offence or a power, not of an exemption.
_CRIME = re.compile(
    r"[ ](?:[-–][ ])?(?:(?:common|actual|grievous)[ ])?(?:assaults?|wounding|gbh|abh"
    r"|aoabh|stops?\b|search|searches|stop and search"
    r"|arrests?|drugs?|offences?|detentions?|warrants?|powers?|burglar\w*|caution|dispersal|orders?|notices?)\b",
    re.IGNORECASE,
)


class Cited(NamedTuple):
    """A ground as it is cited in a text, with its place. `exact`: whether the words name the limb itself (31(1),
    31(3)) or only the section, which leaves the limb open."""

    ground: str
    exact: bool
    start: int
    end: int


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for ground in taxonomy().ground:
        for alias in ground.aliases:
            names[alias.lower()] = ground.label
    for ground in taxonomy().ground:
        names[ground.label.lower()] = ground.label
    return names


@cache
def _denials() -> frozenset[str]:
    """The grounds that are refusals to confirm or deny."""
    return frozenset(g.confirm_or_deny for g in taxonomy().ground if g.confirm_or_deny)


def is_denial(ground: str) -> bool:
    """Whether a ground is a refusal to confirm or deny."""
    return ground in _denials()


@cache
def section_of(ground: str) -> str:
    """The section that a ground stands in: `s31` of `s31(3)`."""
    return ground.partition("(")[0]


def cited(text: str) -> list[Cited]:
    """The grounds under FOIA 2000 that `text` cites, in order of place. Time is linear in the text."""
    out: list[Cited] = []
    for pattern in (_CITED, _BARE):
        for m in pattern.finditer(text):
            if not _of_another_act(text, m.start(), m.end()):
                out.extend(_grounds(m["list"], m.start(), m.end()))
    return sorted(out, key=lambda c: c.start)


def _grounds(listed: str, start: int, end: int) -> Iterator[Cited]:
    names = _names()
    for one in _ONE.finditer(listed):
        section = f"s{one[1].lower()}"
        subs = [s.lower() for s in _SUB.findall(one[2])]
        limbs = [s for s in subs if s[0].isdigit()] or [""]
        for limb in limbs:
            named = f"{section}({limb})" if limb else section
            if named in names:
                # A whole section is exact only where it has but one limb (s21, s12).
                whole = names[named] == section and not _has_denial(names[named])
                yield Cited(names[named], bool(limb) or whole, start, end)
            elif section in names:
                yield Cited(names[section], False, start, end)


@cache
def _has_denial(ground: str) -> bool:
    return any(g.label == ground and g.confirm_or_deny for g in taxonomy().ground)


def _of_another_act(text: str, start: int, end: int) -> bool:
    after = text[end : end + 160]
    m = _OF.match(after)
    if m:
        return _FOIA.search(m["act"]) is None
    m = _DIRECT.match(after)
    if m and (m["short"] or not _FOIA.search(m["act"] or "")):
        return True
    if _CRIME.match(after):
        return True
    before = text[max(0, start - 120) : start]
    if re.search(r"(?:,|\band|\bbut) not (?:under |by )?$", before, re.IGNORECASE):
        return True
    m = _BEFORE.search(before)
    return (
        m is not None
        and not re.search(r"information act|foia?\b", f"{before[-60:]}", re.IGNORECASE)
        and m["act"] != "Act"
    )


def settle(found: Iterable[Cited], *, denying: bool) -> tuple[str, ...]:
    """The grounds of one decision. A section cited without its limb is the limb cited elsewhere; where there is none,
    the one to confirm or deny when the decision is such a refusal (`denying`), else the ordinary one. A refusal to
    confirm or deny rests on no ordinary limb whose section has its own for that."""
    everything = list(found)
    exact = [c.ground for c in everything if c.exact]
    out = dict.fromkeys(exact)
    sections = {section_of(g) for g in exact}
    for c in everything:
        if not c.exact and section_of(c.ground) not in sections:
            paired = next((g.confirm_or_deny for g in taxonomy().ground if g.label == c.ground), "")
            out.setdefault(paired if denying and paired else c.ground)
    if denying:
        denied = {section_of(g) for g in out if is_denial(g)}
        out = {g: None for g in out if is_denial(g) or section_of(g) not in denied}
    order = taxonomy().ground_labels
    return tuple(sorted(out, key=order.index))


def scottish(text: str) -> bool:
    """Whether a text answers under the Freedom of Information (Scotland) Act 2002, whose sections mean other things."""
    theirs = sum(1 for _ in _SCOTLAND.finditer(text))
    return theirs > 0 and theirs >= sum(1 for _ in _ENGLAND.finditer(text)) - _doubled(text)


def _doubled(text: str) -> int:
    """Mentions that both patterns count: "Scottish Information Commissioner's Office"."""
    return len(re.findall(r"scottish information commissioner['’]s office", text, re.IGNORECASE))
