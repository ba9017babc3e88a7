"""Under which law a letter asks: freedom of information, environmental information, subject access, both, or none.

FOIA 2000 s1; Environmental Information Regulations 2004 reg 2(1) and 5; UK GDPR art 15 and DPA 2018 s45. What is asked
for decides, not the Act that is named: one's own data is a matter of subject access whatever the letter calls it.
"""

from __future__ import annotations

import re

from classifier.letters.asks import asks
from classifier.records import Regime

_READ = 30_000

_OWN_DATA_NAMED = re.compile(
    r"\b(?:d?sars?\b|(?:data )?subject access|right of access|article 15|section 45 (?:of the )?(?:data protection|dpa)|access to my (?:own )?(?:personal )?(?:data|records?|file))",
    re.IGNORECASE,
)
_OWN_DATA = re.compile(
    r"\b(?:(?:information|data|records?|intelligence|files?|logs?|notes?|anything|everything|markers?|details)\b[^.?!\n]{0,60}\b(?:you|the (?:force|police)) (?:hold|have|keep|got|have got)\b"
    r"[^.?!\n]{0,30}\b(?:on|about|against|concerning|relating to) (?:me|myself|my (?:name|son|daughter|client|late|van|car|vehicle|address))\b"
    r"|\b(?:hold|held|have got|got|recorded|stored|kept|say) (?:on|about|against) (?:me|myself|my name)\b"
    r"|\bmy (?:own )?(?:custody (?:record|file)|personal (?:data|file|information)|personnel file|police (?:record|file)|criminal record|pnc|statement|interview|999 call|body[- ]?(?:worn|cam)"
    r"|occupational health|arrest record|search (?:form|record|slip))"
    r"|\b(?:footage|recording|record|video|copy|search form|log|call) (?:of|for|about) (?:me|my (?:arrest|own|call|stop|search|interview|son's|daughter's))\b"
    r"|\bin which i(?: am|'m|’m)? (?:\w+ )?(?:mentioned|named|discussed)|\bmentions? me\b|\bwho (?:has )?looked me up)",
    re.IGNORECASE,
)
_STATISTICS = re.compile(
    r"\b(?:how many|number of|total(?:s)?|statistics|figures|for each (?:year|of)|per (?:year|month)|broken down|breakdown|polic(?:y|ies)|procedure|guidance|cost of|spent on|contract)\b",
    re.IGNORECASE,
)
_FOI_NAMED = re.compile(r"\bfreedom of information\b|\bfoia?\b|\bf\.o\.i\b", re.IGNORECASE)
_EIR_NAMED = re.compile(r"\benvironmental information regulations?\b|\beirs?\b(?! ?\d)", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"\b(?:noise (?:readings?|levels?|surveys?|assessments?|monitoring|complaints? about (?:the|your))|air quality|(?:carbon|greenhouse|vehicle|co2) emissions|emissions (?:data|from)"
    r"|contaminat(?:ed|ion)|soil (?:survey|samples?)|asbestos|sewage|effluent|pollut(?:ion|ants?)|flood(?:ing)? risk|tree (?:felling|preservation|survey)|trees? (?:felled|cut down)"
    r"|biodiversity|wildlife survey|waste disposal|landfill|recycling rates?|energy (?:use|consumption|performance)|solar panels|environmental (?:impact|assessment|report|permit)"
    r"|pesticides?|land (?:use|disposal)|heat pumps?|fuel (?:spill|leak)|radiation levels?|pfas|planning application)\b",
    re.IGNORECASE,
)


def names_own_data(text: str) -> bool:
    """Whether the words ask for what is held about the writer (or their child or client)."""
    text = text[:_READ]
    return _OWN_DATA_NAMED.search(text) is not None or _OWN_DATA.search(text) is not None


def find_regime(subject: str, text: str) -> Regime:
    """The regime that a letter's own words call for: `none` where nothing recorded is asked for. Reads the first 30,000
    characters. A request for information that names no law is one under FOIA."""
    text = text[:_READ]
    both = f"{subject}\n{text}"
    own_named = _OWN_DATA_NAMED.search(both) is not None
    own = own_named or _OWN_DATA.search(both) is not None
    statistics = _STATISTICS.search(text) is not None
    foi_named = _FOI_NAMED.search(both) is not None
    if own:
        if statistics and foi_named and own_named:
            return "mixed"
        if own_named or not statistics:
            return "subject_access"
    eir_named = _EIR_NAMED.search(both) is not None
    subjects = len({m[0].lower() for m in _ENVIRONMENT.finditer(text)})
    if eir_named and not foi_named:
        return "eir"
    if subjects and asks(text):
        # Where only part of a letter is about the environment, each part goes by its own law.
        if eir_named and foi_named:
            return "mixed" if statistics and subjects < 2 else "eir"
        return "eir" if subjects >= 2 or len(text) < 900 else "mixed"
    if foi_named or eir_named:
        return "foi"
    return "foi" if asks(text) else "none"
