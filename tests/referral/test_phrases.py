"""Every phrase of the register is a test: what must fire fires, near misses do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from classifier.referral.check import check_register, rules_raised
from classifier.referral.register import Register, load_register

REGISTER = load_register()
DAY = date(2024, 5, 7)
EARLIER = date(2022, 10, 3)
"""A day on which RSO-01 was still mandatory and RSO-02 already advised."""

FIRES = [(r.id, p) for r in REGISTER.rules.values() for p in r.must_fire]
DOES_NOT = [(r.id, p) for r in REGISTER.rules.values() for p in r.must_not_fire]


@pytest.mark.parametrize(("rule", "phrase"), FIRES)
def test_phrase_fires(rule: str, phrase: str) -> None:
    assert rule in rules_raised(REGISTER, phrase, EARLIER)


@pytest.mark.parametrize(("rule", "phrase"), DOES_NOT)
def test_near_miss_does_not_fire(rule: str, phrase: str) -> None:
    assert rule not in rules_raised(REGISTER, phrase, EARLIER)


# Words nobody wrote into the register's phrases: abbreviations, other words, other orders.
PARAPHRASES = [
    ("RSO-01", "Of the RSOs you manage, the proportion aged over 70"),
    ("RSO-01", "What is the headcount of offenders subject to notification requirements?"),
    ("RSO-03", "Please send the SOP your MOSOVO unit follows when it calls on sex offenders"),
    ("RSO-04", "Money spent dealing with predator hunters who livestream"),
    ("NS-01", "What does your CTSA team cost?"),
    ("NS-02", "Any memorandum of understanding with GCHQ"),
    ("NS-03", "Children under ten referred to Channel, by school year"),
    ("NS-04", "People examined under Sched 7 at the harbour"),
    ("NS-05", "When was SB merged, and with which unit?"),
    ("NS-06", "Do spotters photograph marchers, and where are the pictures stored?"),
    ("COV-01", "The total CHIS payments for 2018/19"),
    ("COV-02", "Have UCOs been deployed at music events?"),
    ("COV-03", "The number of occasions a listening device was planted in a suspect's car"),
    ("COV-04", "How many ICR requests did you make?"),
    ("COV-05", "Spend on CCDC kit"),
    ("COV-05", "A gadget that pretends to be a mobile phone mast: do you hire one?"),
    ("COV-06", "Has anybody sold you spyware?"),
    ("COV-07", "Which UFED licences are held?"),
    ("COV-08", "UKPPS contribution paid by the force"),
    ("TEC-01", "What share of ANPR reads are false?"),
    ("TEC-02", "Dates and places of LFR vans"),
    ("TEC-03", "The UAV fleet, by make"),
    ("TEC-04", "Which predictive policing software has been bought?"),
    ("TEC-05", "When was your last penetration test?"),
    ("TEC-06", "All vehicles in the covert fleet with their VRM"),
    ("PRO-01", "Overtime for close protection of the prince"),
    ("PRO-02", "AFO numbers by station"),
    ("PRO-02", "How many ARVs cover the north of the county overnight?"),
    ("PRO-03", "Tasers fired at fourteen year olds, with what had happened"),
    ("PRO-05", "Your gold strategy for the arms fair"),
    ("PRO-06", "Constables on duty at each station on a weekday night"),
    ("SOC-01", "Carfentanil found by your officers"),
    ("SOC-02", "How many OCGs does the ROCU score as high?"),
    ("SOC-03", "Devices used in relay attacks on keyless cars"),
    ("INV-01", "All papers on Operation Larkspur"),
    ("INV-02", "Extradition requests received from Albania"),
    ("INV-03", "Who was put forward for the King's Police Medal?"),
    ("NAT-02", "E-mails from the NPCC lead for cycling"),
    ("NAT-03", "Everything sent to the CRU about my last request"),
]


@pytest.mark.parametrize(("rule", "question"), PARAPHRASES)
def test_paraphrases_and_abbreviations_fire(rule: str, question: str) -> None:
    assert rule in rules_raised(REGISTER, question, EARLIER)


WORDINGS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("wordings.tsv").read_text(encoding="utf-8").splitlines()
]
"""How applicants name a rule's subject, and what only sounds like it: rule, "fires" or "does not", the words."""


@pytest.mark.parametrize(("rule", "expected", "question"), WORDINGS)
def test_applicants_own_words_for_a_subject(rule: str, expected: str, question: str) -> None:
    assert (rule in rules_raised(REGISTER, question, EARLIER)) is (expected == "fires")


TRAPS = [
    ("NS-05", "How many special constables left in 2022?"),
    ("NS-05", "Opening hours of the special branch library at the museum"),
    ("NS-03", "What do you do to prevent burglary in student streets?"),
    ("NS-03", "How do you prevent officers from leaving?"),
    ("NS-03", "Migrants intercepted in the Channel since May"),
    ("NS-03", "Fees paid by Channel 4 for filming at a custody suite"),
    ("TEC-03", "Complaints about drones flown by neighbours over gardens"),
    ("INV-01", "The cost of Operation Uplift recruitment posters"),
    ("COV-01", "What are the sources of income of the force besides the grant?"),
    ("COV-01", "Which energy source heats Chislehurst police station?"),
    ("NS-06", "What does an intelligence-led deployment of traffic wardens mean?"),
    ("COV-02", "Complaints after the undercover journalist's documentary"),
    ("COV-03", "Reports of a neighbour's covert camera pointed at a garden"),
    ("COV-06", "Visits by recruits to Pegasus Bridge"),
    ("COV-06", "Police horses named Pegasus"),
    ("TEC-04", "Tolkien events: the Palantir quiz night"),
    ("PRO-03", "Total Taser discharges in the force in 2021"),
    ("PRO-02", "The number of armed robberies recorded"),
    ("COV-08", "Witness expenses paid in 2019"),
    ("COV-05", "Thefts of mobiles by IMEI blacklisted"),
    ("NS-02", "Flights with SAS airlines booked by the force"),
    ("PRO-01", "Collisions on King Street and Queen Street"),
    ("TEC-02", "Face to face interviews held in 2020"),
    ("NAT-01", "Officers sent to other forces on mutual aid"),
]


@pytest.mark.parametrize(("rule", "question"), TRAPS)
def test_homonyms_do_not_fire(rule: str, question: str) -> None:
    assert rule not in rules_raised(REGISTER, question, EARLIER)


PAIRS = [
    ("NS-05", "Special Branch files from 1976"),
    ("NS-03", "Number of Prevent referrals"),
    ("TEC-03", "How many drones does the force own?"),
    ("INV-01", "What stage has Operation Larkspur reached?"),
    ("COV-01", "The highest payment made to a source"),
    ("COV-06", "Have you ever licensed Pegasus spyware?"),
    ("TEC-04", "Is there a contract with Palantir?"),
    ("PRO-03", "Taser officers per station"),
]


@pytest.mark.parametrize(("rule", "question"), PAIRS)
def test_the_other_half_of_each_homonym_fires(rule: str, question: str) -> None:
    assert rule in rules_raised(REGISTER, question, EARLIER)


def test_the_check_reports_a_phrase_that_fails() -> None:
    rules = list(REGISTER.rules.values())[:1]
    broken = Register(
        [type(rules[0])(id="X-01", subject="s", trigger="t", levels=rules[0].levels, patterns=("otter+",),
                        must_fire=("How many badgers?",), must_not_fire=("Otters seen",))],
        {}, "0", "broken.toml",
    )  # fmt: skip
    report = check_register(broken)
    assert report.phrases == 2
    assert [(f.expected, f.phrase) for f in report.failures] == [
        ("fires", "How many badgers?"),
        ("does not fire", "Otters seen"),
    ]


def test_the_shipped_register_passes_its_own_check() -> None:
    report = check_register(REGISTER)
    assert report.phrases == len(FIRES) + len(DOES_NOT)
    assert report.failures == ()
