"""Areas below force level: the words that ask for a breakdown by area, and places that are named.

Used for the register's condition `below_force_geography`. What counts is the area of the figure that is asked for, so
"your force area" does not count, a district, borough, ward, town, postcode or school catchment does. Populations are
known only where the force file gives them; nothing here guesses one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from classifier.records import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

SMALL = 10_000
"""The CRU's "line in the sand": an area of this many people or fewer (case 1355/22, 22 September 2022)."""

_UNIT = (
    r"(?:policing |police |local policing |electoral |council |local authority |town |basic )?"
    r"(?:districts?|boroughs?|wards?|villages?|towns?|parish(?:es)?|postcodes?|post ?codes?|zip codes?|hamlets?|"
    r"neighbourhoods?|constituenc(?:y|ies)|catchments?|divisions?|sub-?divisions?|precincts?|streets?|roads?|estates?|"
    r"command units?|command areas?|policing areas?|policing units?|policing teams?|output areas?|census areas?|"
    r"council areas?|local authorit(?:y|ies)|councils?|unitary authorit(?:y|ies)|cit(?:y|ies)|suburbs?|"
    r"localit(?:y|ies)|"
    r"beats?|sectors?|police stations?|counties)"
)
_BY_AREA = re.compile(
    r"\b(?:(?:by|per|each|every|which|what|across (?:the|each|all)|individual|broken down (?:by|into)|"
    r"split (?:by|into)|"
    r"for (?:each|every)|in (?:each|every|which|what|your|my|our|the|this|that|any)|"
    r"same (?:figure |number |thing )?(?:by|per|for)|(?:the|your|my|our|those|these|all|"
    r"of the) (?:\w{2,12} ){0,2}?)\s{0,3})"
    + _UNIT
    + r"\b|\b(?:by|per|each|every) (?:geographical |local )?(?:area|region|location|place)\b|\b(?:by|or) "
    + _UNIT
    + r"\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\b(?:LPUs?|LPAs?|LPTs?|LPDs?|BCUs?|OCUs?|NPTs?|SNTs?|LSOAs?|MSOAs?|LADs?|CSPs?|TPUs?)\b")
_NEAR = re.compile(
    r"\b(?:with(?:in|out)?|inside) (?:half )?(?:an? |the )?(?:\w{1,7} )?"
    r"(?:miles?|km|kilomet\w{1,4}|met(?:re|er)s?|yards?|minutes?|mile radius|radius)\b"
    r"|\b(?:near|close to|next to|living by|around|nearest|proximity to)\b(?: \w{1,12}){0,4} "
    r"(?:schools?|nurser(?:y|ies)|playgrounds?|homes?|house|parks?|address|property|college|academy|streets?)\b"
    r"|\b(?:layer super output|middle layer|lower layer|catchment|small[- ]area|sub-?force|heat ?map|coterminous)\b"
    r"|\b(?:on|in|of) (?:my|our|this|the same) (?:street|road|lane|close|avenue|village|town|estate|block|"
    r"neighbourhood|part of|postcode|area|ward|parish|borough|district|city)\b"
    r"|\b(?:ward|district|borough|parish|town|village|postcode|street|school)[- ](?:level|by[- ]\w{4,9})\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b(?!S\d{1,3}\b|Q\d|B\d{3}|A\d{1,3}\b|M\d{1,2}\b)[A-Z]{1,2}\d[A-Z\d]?(?: \d(?:[A-Z]{2})?)?\b")
_POSTCODE_AFTER = re.compile(r"\bpost ?codes?(?: (?:area|sector|district)s?)? ([A-Z]{1,2}\d{0,2}[A-Z]?)\b")
_NAMED = re.compile(
    r"\b(?:in|within|around|near|at|throughout|for|to|of|covering)\s+(?:the\s+)?"
    r"((?:[A-Z][a-z]{2,15}(?:[- ](?:upon|on|le|in|under|the|by|next|and)[- ])?[- ]?){1,4})"
)
_NOT_BELOW = re.compile(
    r"\b(?:force|police force|constabulary|whole|entire) (?:area|region|district)\b"
    r"|\b(?:not|no need|without|rather than|instead of)\b[^.?!\n]{0,30}\b(?:by|per|broken|breakdown|"
    r"split)\b[^.?!\n]{0,30}",
    re.IGNORECASE,
)
# Police areas, nations and other capitalised words that follow "in" without being an area below force level.
_WIDE_WORDS = """
    avon somerset bedfordshire cambridgeshire cheshire cleveland cumbria derbyshire devon cornwall dorset durham dyfed
    powys essex gloucestershire manchester gwent hampshire hertfordshire humberside kent lancashire leicestershire
    lincolnshire merseyside metropolitan norfolk wales yorkshire northamptonshire northumbria nottinghamshire
    staffordshire suffolk surrey sussex thames warwickshire mercia midlands wiltshire london scotland england britain
    ireland kingdom europe january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday police force constabulary service headquarters excel word csv pdf
    freedom information act data protection parliament government home office ministry justice mappa visor section part
    schedule question questions request christmas easter great united north south east west greater category level
    sexual offences sex offenders register registered foi operation court crown prison hmp hmip excel spreadsheet
    management active risk matrix your the this that these those their our my his her it please
"""
_WIDE = frozenset(_WIDE_WORDS.split())


class Place(Value, frozen=True):
    """An area below force level in a text: its words, their offsets, and what is known of its population."""

    words: str
    start: int
    end: int
    kind: Literal["breakdown", "named"]
    population: int | None = None

    @property
    def small(self) -> bool | None:
        """Whether 10,000 people or fewer live there; None where that is not known."""
        return None if self.population is None else self.population <= SMALL


def find_places(
    text: str, districts: Mapping[str, int | None] | None = None, force_name: str = ""
) -> tuple[Place, ...]:
    """The areas below force level that `text` speaks of, in order.

    `districts`: the force's own areas by name, with population where known; `force_name` is never below force level.
    """
    closed = bytearray(len(text))
    for m in _NOT_BELOW.finditer(text):
        closed[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
    own = {w.lower() for w in re.findall(r"[^\W_]+", force_name)}
    found: list[Place] = []

    def add(start: int, end: int, kind: Literal["breakdown", "named"], population: int | None = None) -> None:
        if not any(closed[start:end]):
            closed[start:end] = b"\x01" * (end - start)
            found.append(Place(words=text[start:end], start=start, end=end, kind=kind, population=population))

    for name, population in (districts or {}).items():
        for m in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
            add(m.start(), m.end(), "named", population)
    for pattern in (_BY_AREA, _ACRONYM, _NEAR, _POSTCODE_AFTER, _POSTCODE):
        for m in pattern.finditer(text):
            add(m.start(), m.end(), "breakdown")
    for m in _NAMED.finditer(text):
        name = m[1].strip(" -")
        words = [w.lower() for w in re.findall(r"[A-Za-z]+", name)]
        if words and not any(w in _WIDE or w in own or w.endswith("shire") for w in words):
            add(m.start(1), m.start(1) + len(name), "named")
    return tuple(sorted(found, key=lambda p: p.start))
