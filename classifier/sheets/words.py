"""What labels are called in front of people, and text made safe to show: the same words in every sheet and page."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from classifier.sheets.order import strictest
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from datetime import date, datetime

    from classifier.records import Deadline, Kind, Referral, Related, TriageRecord

PROTECTED: Final = "Police eyes only: not shown here"
UNCONFIRMED: Final = "not confirmed by your force"

# What a topic's id cannot say: capitals, and commas where the id has only underscores.
_TOPICS: Final = {
    "domestic_abuse_vawg": "Domestic abuse, violence against women and girls",
    "violence_homicide": "Violence and homicide",
    "knife_weapons": "Knives and weapons",
    "firearms_gun_crime": "Firearms and gun crime",
    "theft_burglary_robbery": "Theft, burglary, robbery",
    "rural_wildlife": "Rural and wildlife crime",
    "hate_crime_nchi": "Hate crime and NCHIs",
    "asb_public_order": "Antisocial behaviour, public order",
    "protest_events": "Protests and events",
    "stop_search": "Stop and search",
    "use_of_force_taser": "Use of force and Taser",
    "roads_collisions": "Roads and collisions",
    "anpr_cctv_cameras": "ANPR, CCTV, cameras",
    "facial_recognition_biometrics": "Facial recognition, biometrics",
    "digital_forensics_phones": "Digital forensics, phones",
    "drones_air_support": "Drones and air support",
    "ai_data_analytics": "AI and data analytics",
    "counter_terrorism_prevent": "Counter-terrorism and Prevent",
    "royal_vip_protection": "Royal and VIP protection",
    "organised_crime_fraud_cyber": "Organised crime, fraud, cyber",
    "immigration_modern_slavery": "Immigration, modern slavery",
    "missing_mental_health": "Missing people, mental health",
    "custody_detention": "Custody and detention",
    "courts_outcomes_disposals": "Courts, outcomes, disposals",
    "investigation_specific": "A specific investigation",
    "calls_response_101_999": "Calls and response: 101, 999",
    "hr_wellbeing_sickness": "HR, wellbeing, sickness",
    "pay_expenses_overtime": "Pay, expenses, overtime",
    "misconduct_complaints": "Misconduct and complaints",
    "training_policy_procedure": "Training, policy, procedure",
    "procurement_contracts": "Procurement and contracts",
    "ict_systems_cyber_security": "ICT systems, cyber security",
    "estates_custody_sites": "Estates and custody sites",
    "finance_budget_income": "Finance: budget and income",
    "equality_community": "Equality and community",
    "animals_dogs": "Animals and dogs",
    "memorabilia_lost_property_misc": "Memorabilia, lost property, other",
    "general_force_information": "General force information",
}

# Characters that Unicode uses to turn the direction of what follows: they can make text read other than it is stored.
_TURNS: Final = "\u202a-\u202e\u2066-\u2069"
_UNSAFE: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff{_TURNS}]")


def safe(text: str, instead: str = "\ufffd") -> str:
    """`text` without characters that XML forbids or that turn the direction of text; one `instead` for each.

    With the default the length stays, so that offsets hold. Tabs and line ends stay; a carriage return becomes a line
    end, since XML and HTML readers would make it one.
    """
    return _UNSAFE.sub(instead, text.replace("\r", "\n"))


def topic_name(label: str) -> str:
    """A topic's name: "Use of force and Taser"."""
    return _TOPICS.get(label) or label.replace("_", " ").capitalize()


def ground_name(label: str) -> str:
    """A ground with its name: "s40(2) other people's personal data"."""
    name = _grounds().get(label)
    return f"{label} {name}" if name else label


def kind_name(label: str) -> str:
    """The name of a kind of message: "New request"."""
    return _kinds().get(label) or label.replace("_", " ").capitalize()


def kind_words(kind: Kind) -> str:
    """A message's kind with what else it is: "Chaser, also New request"."""
    return ", also ".join(kind_name(label) for label in (kind.label, *kind.also))


@cache
def _grounds() -> dict[str, str]:
    return {g.label: g.name for g in taxonomy().ground}


@cache
def _kinds() -> dict[str, str]:
    return {k.id: k.name for k in taxonomy().kind}


def level_words(referral: Referral) -> str:
    """How binding a referral is: on the day of receipt, and today where that differs.

    A mandatory rule that the force has not confirmed is only ever "probably mandatory".
    """
    then, now = _level(referral.level, referral.confirmed), _level(referral.level_today, referral.confirmed)
    note = f"confirmed by {referral.confirmed}" if referral.confirmed else UNCONFIRMED
    level = then if then == now else f"{then} when it came in, {now} today"
    return f"{level}: {note}" if "mandatory" in level else level


def _level(level: str, confirmed: str | None) -> str:
    return "probably mandatory" if level == "mandatory" and not confirmed else level


def referral_words(referral: Referral) -> str:
    """One line for a referral: rule, subject, level."""
    return f"{referral.rule} {referral.subject}: {level_words(referral)}"


def look_first(record: TriageRecord) -> str:
    """Why a record stands where it does in the list, in one of few fixed phrases that a person can filter by."""
    if record.protected:
        return PROTECTED
    level = strictest(record)
    referral = {"mandatory": _mandatory(record), "advised": "Referral advised"}.get(level, "")
    if record.urgent:
        return f"URGENT, {referral.lower()}" if referral else "URGENT"
    return referral


def _mandatory(record: TriageRecord) -> str:
    confirmed = any(r.confirmed for r in record.referrals if "mandatory" in (r.level, r.level_today))
    return "Mandatory referral" if confirmed else "Probably mandatory referral"


def received_words(record: TriageRecord) -> str:
    """The day of receipt, and what it rests on where that is not the mail itself."""
    if record.received is None:
        return "not known: no date in the file"
    basis = {
        "option": ", as given to the program",
        "letter": ", the letter's own date",
        "none": ", of unknown origin",
    }.get(record.received_basis, "")
    return long_date(record.received) + basis


def deadline_words(deadline: Deadline) -> str:
    """One line for a clock: what, when, by which rule."""
    return f"{deadline.what}: {long_date(deadline.due)} ({deadline.rule})"


def related_words(related: Related, number: int | None) -> str:
    """One line for a relation; `number` is the other letter's place in this list, None where it isn't in it."""
    if number is not None:
        other = f"no. {number}"
    elif related.link:
        other = related.link
    else:
        other = f"an earlier letter ({short_id(related.id)})"
    return f"{related.relation}: {other} ({related.score:.0%})"


def short_id(identifier: str) -> str:
    """An id as people compare it: its first ten characters, and the part after # where there is one."""
    digest, hash_mark, part = identifier.partition("#")
    return digest[:10] + hash_mark + part


def long_date(day: date | datetime) -> str:
    """A day as in "3 March 2026", in any locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """A day as in "3 Mar"."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def missing_words(record: TriageRecord) -> str:
    """What section 8(1) of the Act asks for and the program did not find; "" where nothing is missing or asked."""
    if record.regime in ("subject_access", "none") or record.kind.label != "new_request":
        return ""
    valid = record.validity
    found = (("name", valid.name), ("address", valid.address), ("description", valid.description))
    missing = [what for what, there in found if not there]
    return "no " + ", no ".join(missing) if missing else ""
