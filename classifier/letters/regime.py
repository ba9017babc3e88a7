"""Under which law a letter asks: freedom of information, environmental information, subject access, both, or none.

FOIA 2000 s1; Environmental Information Regulations 2004 reg 2(1) and 5; UK GDPR art 15 and DPA 2018 s45. What is asked
for decides, not the Act that is named: one's own data is a matter of subject access whatever the letter calls it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.letters.asks import asks
from classifier.letters.phrases import Phrases, fold

if TYPE_CHECKING:
    from classifier.records import Regime

_READ = 30_000

_OWN_DATA_NAMED = Phrases(
    r"dsars?\b", r"sars?\b", r"data subject access", r"subject access", r"right of access", r"article 15",
    r"section 45 (?:of the )?(?:data protection|dpa)", r"access to my (?:own )?(?:personal )?(?:data|records?|file)",
)  # fmt: skip
# Somebody's own matter: these words stand in any letter that asks for data about the writer.
_FIRST_PERSON = re.compile(r"\b(?:me|my|myself|mine|our client|i)\b")
_WE_HOLD = Phrases(
    r"(?:you|the (?:force|police)) (?:may |might |currently )?(?:hold|have|keep|have got)\b[^.?!\n]{0,40}\b"
    r"(?:on|about|against|concerning|relating to) (?:me\b|myself|my (?:name|son|daughter|client|late|van|car"
    r"|vehicle|address))",
    r"(?:hold|held|got|recorded|stored|kept|say|says) (?:on|about|against) (?:me\b|myself|my name)",
    r"about (?:me|myself)\b", r"in which i(?: am|'m) (?:\w+ )?(?:mentioned|named|discussed)", r"mentions? me\b",
    r"who (?:has )?looked me up",
    r"my (?:own )?(?:custody (?:record|file)|personal (?:data|file|information)|personnel file|police (?:record"
    r"|file)|record\b"
    r"|criminal record|pnc|interview|999 call|body[- ]?(?:worn|cam)|occupational health|arrest record"
    r"|search (?:form|record|slip))",
    r"(?:footage|recording|record|video|copy|search form|log|call) (?:of|for|about) "
    r"(?:me\b|my (?:arrest|own|call|stop|search|interview|son's|daughter's|statement))",
    r"statement (?:that |which )?i (?:gave|made)", r"call (?:that |which )?i made",
)  # fmt: skip
_STATISTICS = Phrases(
    r"how many", r"number of", r"totals?\b", r"statistics", r"figures", r"for each (?:year|of)", r"per (?:year|month)",
    r"broken down", r"breakdown", r"polic(?:y|ies)\b", r"procedure", r"guidance", r"cost of", r"spent on",
    r"contract\b",
)  # fmt: skip
_FOI_NAMED = Phrases(r"freedom of information", r"foia?\b", r"f\.o\.i")
_EIR_NAMED = Phrases(r"environmental information regulations?", r"eirs?\b(?! ?\d)")
_ENVIRONMENT = Phrases(
    r"noise (?:readings?|levels?|surveys?|assessments?|monitoring)", r"air quality", r"carbon emissions", r"greenhouse",
    r"vehicle emissions", r"co2", r"emissions (?:data|from)", r"contaminat(?:ed|ion)", r"soil (?:survey|samples?)",
    r"asbestos",
    r"sewage", r"effluent", r"pollut(?:ion|ants?)", r"flood(?:ing)? risk", r"tree (?:felling|preservation|survey)",
    r"trees? (?:felled|cut down)", r"biodiversity", r"wildlife survey", r"waste disposal", r"landfill",
    r"recycling rates?",
    r"energy (?:use|consumption|performance)", r"solar panels", r"environmental (?:impact|assessment|report|permit)",
    r"pesticides?", r"land (?:use|disposal)\b", r"heat pumps?", r"fuel (?:spill|leak)", r"radiation levels?",
    r"pfas\b",
    r"planning application",
)  # fmt: skip


def names_own_data(text: str) -> bool:
    """Whether the words ask for what is held about the writer (or their child or client). Reads 30,000 characters."""
    folded = fold(text[:_READ])
    if _FIRST_PERSON.search(folded) is None:
        return False
    return _WE_HOLD.search(folded) is not None or _OWN_DATA_NAMED.search(folded) is not None


def find_regime(subject: str, text: str) -> Regime:
    """The regime that a letter's own words call for: `none` where nothing recorded is asked for. Reads the first 30,000
    characters. A request for information that names no law is one under FOIA."""
    text = text[:_READ]
    folded = fold(f"{subject}\n{text}")
    statistics = _STATISTICS.search(folded) is not None
    foi_named = _FOI_NAMED.search(folded) is not None
    if _FIRST_PERSON.search(folded):
        named = _OWN_DATA_NAMED.search(folded) is not None
        if named and statistics and foi_named:
            return "mixed"
        if named or (not statistics and _WE_HOLD.search(folded) is not None):
            return "subject_access"
    eir_named = _EIR_NAMED.search(folded) is not None
    subjects = len({m[0] for m in _ENVIRONMENT.finditer(folded)})
    if eir_named and not foi_named:
        return "eir"
    if subjects and asks(text):
        # Where only part of a letter is about the environment, each part goes by its own law.
        if eir_named:
            return "mixed" if statistics and subjects < 2 else "eir"
        return "eir" if subjects >= 2 or len(text) < 900 else "mixed"
    if foi_named or eir_named:
        return "foi"
    return "foi" if asks(text) else "none"
