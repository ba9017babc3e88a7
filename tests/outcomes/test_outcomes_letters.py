"""Response letters and log entries: which question got what, under which section."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations of fixtures

import pytest
from outcome_tools import learnt, one, results

LOG = """<html><body><nav><ul><li>Home</li></ul></nav><h1>Disclosure log</h1>
<h2>Police horses</h2><p>Reference: FOI 2024/00871</p><p>Date received: 4 March 2024</p>
<p>Date answered: 2 April 2024</p><h3>Request</h3><ol><li>How many horses did the force own in January 2024?</li>
<li>What was the total cost of their feed?</li><li>Please provide the address of every stable used.</li></ol>
<h3>Response</h3><p>Questions 1 and 2</p><p>14 horses. The feed cost £23,450.</p><p>Question 3</p>
<p>The addresses are exempt under Section 31(1)(a)(b) Law Enforcement and Section 38(1)(b) Health and Safety.</p>
<h2>Facial recognition</h2><p>Reference: FOI 2024/00915</p><h3>Request</h3><ol>
<li>On how many days was facial recognition used overtly in 2023?</li><li>Is it used covertly?</li></ol>
<h3>Response</h3><p>Q1 On three days.</p><p>Q2 Thornshire Police can neither confirm nor deny that it holds
information about covert use by virtue of Section 24(2) National Security and Section 31(3) Law Enforcement.</p>
</body></html>"""
UNLABELLED = """PUB 300
77120
Custody CCTV
2020 - 2022
1. How many custody suites have CCTV?
2. How long are recordings kept?
3. Where are the cameras placed in each suite?
Part Disclosure with Section 31(1)(a)(b) and Section 17(1) Exemptions
03 February 2023
01 March 2023
Thornshire Police holds the information.
1. How many custody suites have CCTV?
6
2. How long are recordings kept?
90 days
3. Where are the cameras placed in each suite?
No information will be provided by virtue of the following exemption:
Section 31(1)(a)(b) Law Enforcement
77121
Tea and biscuits
2022
What was spent on biscuits in 2022?
Full Disclosure
04 February 2023
02 March 2023
1,204 pounds
77122
Helicopter flights
2022
Please provide a log of every flight.
Full Refusal with Section 12(1) Exemption
05 February 2023
03 March 2023
To answer would take 60 hours. Under section 16 we advise that you ask for one month; section 31 may then apply.
"""
LETTER = """Thornshire Police
Our reference: FOI-7731-24
Date: 12 May 2024

Dear Ms Applicant

Thank you for your request for information dated 15 April 2024, in which you
asked:

1. How many officers were dismissed after a misconduct hearing in 2023?
2. For each, what was the allegation?
3. What were the names of those officers?
4. How many of them had served for more than ten years?
5. Please provide all emails sent about the hearings by the professional
standards department.
6. Why has the force not apologised to the public?

Our response

I can confirm that Thornshire Police holds some of the information requested.

All parts of your request except Questions 3, 5 and 6 are answered in the attached table.

Question 3 is exempt from disclosure under Section 40(2) of the Act as it is personal data.

With regard to question 5, it would exceed the appropriate limit of 18 hours to review 40,000 emails, and we refuse it
under Section 12(1).

Question 6 is not a request for recorded information under Section 8 of the Act; the Act does not extend to opinions.

Section 17 of the Act requires us to provide you with a notice which:
(a) states that fact
(b) specifies the exemption in question and
(c) states (if that would not otherwise be apparent) why the exemption applies.

Yours sincerely

Your right to complain

If you are unhappy you may complain to the Information Commissioner under Section 50. Section 14 may be engaged.
"""


def test_a_log_page_gives_a_letter_for_each_entry(tmp_path: Path) -> None:
    horses, faces = learnt(tmp_path, log_html=LOG).letters
    assert (horses.reference, horses.subject, horses.received, horses.date) == (
        "2024/00871", "Police horses", "2024-03-04", "2024-04-02"
    )  # fmt: skip
    refused = ("refused", {"s31(1)", "s38"})
    assert results(horses) == {"1": ("disclosed", set()), "2": ("disclosed", set()), "3": refused}
    assert results(faces) == {"1": ("disclosed", set()), "2": ("ncnd", {"s24(2)", "s31(3)"})}


def test_entries_without_labels_are_told_by_reference_and_headline(tmp_path: Path) -> None:
    found = {x.reference: results(x) for x in learnt(tmp_path, log_txt=UNLABELLED).letters}
    assert found["77120"] == {"1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("refused", {"s31(1)"})}
    assert found["77121"] == {"1": ("disclosed", set())}
    assert found["77122"] == {"1": ("refused", {"s12"})}


def test_a_letter_that_excepts_some_questions(tmp_path: Path) -> None:
    given = ("disclosed", set[str]())
    assert one(tmp_path, LETTER) == {
        "1": given, "2": given, "3": ("refused", {"s40(2)"}), "4": given, "5": ("refused", {"s12"}),
        "6": ("not_a_request", set()),
    }  # fmt: skip


def test_questions_and_answers_in_turn(tmp_path: Path) -> None:
    text = """FREEDOM OF INFORMATION REQUEST REF: 01/FOI/23/004512

Dear Sir

I write in response to your request:

Q1. How many drones does the force own?
A1. 7

Q2. Which models are they?
A2. Withheld - Section 31(1)(a) Law enforcement, see below.

Q3. How many times were they flown over a football ground?
A3. This is not recorded centrally. No information held.

Q4. What is the value of the contract with the supplier?
A4. Exempt by virtue of Section 43(2) Commercial Interests.

Q5. How many incidents were there?
A5. Please could you clarify what you mean by "incidents".

Section 31 - Law Enforcement

Harm
Disclosing the models would allow criminals to defeat them.

Section 43 - Commercial interests
The supplier's position would be prejudiced.
"""
    assert one(tmp_path, text) == {
        "1": ("disclosed", set()), "2": ("refused", {"s31(1)"}), "3": ("not_held", set()), "4": ("refused", {"s43"}),
        "5": ("clarify", set()),
    }  # fmt: skip


def test_ranges_and_lists_of_questions(tmp_path: Path) -> None:
    text = """FOI Request Reference: 2023-04411

Your request received on 4 April 2023 asked:

1(a) How many arrests were made at the festival in 2022?
1(b) How many of those were for drugs?
1(c) How many officers were deployed?
2. What was the overtime bill?
3. Which covert tactics were used?
4. Was a drone used covertly?
5. What radio channels were used?
6. Can I have a copy of the operational order?

Response

Questions 1(a) - (c) and 2: The data is attached at Annex A.

Questions 3-5: Thornshire Police neither confirms nor denies that it holds the information requested, by virtue of
Sections 23(5), 24(2) and 31(3).

Section 23 and 31 are explained in Annex B.

Question 6: The operational order is held. It has been redacted under Section 31(1)(a) and Section 40(2), and a copy
is attached.
"""
    denied = ("ncnd", {"s23(5)", "s24(2)", "s31(3)"})
    given = ("disclosed", set[str]())
    assert one(tmp_path, text) == {
        "1a": given, "1b": given, "1c": given, "2": given, "3": denied, "4": denied, "5": denied,
        "6": ("disclosed", {"s31(1)", "s40(2)"}),
    }  # fmt: skip


def test_a_table_of_decisions(tmp_path: Path) -> None:
    page = """<html><body><h1>Response to FOI 5590/23</h1><h2>Your request</h2><ol><li>Number of speed cameras</li>
<li>Their exact locations</li><li>Fines issued by each</li><li>Tolerance at which each is set</li></ol>
<h2>Our decision</h2><table><tr><th>Question</th><th>Decision</th><th>Exemption</th></tr>
<tr><td>1 and 2</td><td>Disclosed</td><td></td></tr><tr><td>3</td><td>Not held</td><td></td></tr>
<tr><td>4</td><td>Refused</td><td>s31(1)(a)</td></tr></table></body></html>"""
    assert one(tmp_path, page, "html") == {
        "1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("not_held", set()), "4": ("refused", {"s31(1)"}),
    }  # fmt: skip


def test_a_log_that_is_a_table(tmp_path: Path) -> None:
    page = """<html><body><table><tr><th>Reference</th><th>Date</th><th>Request</th>
<th>Outcome</th><th>Response</th></tr>
<tr><td>4501/23</td><td>03/02/2023</td><td>How many bicycles were stolen?</td><td>Disclosed in full</td><td>1,204</td>
</tr><tr><td>4502/23</td><td>05/02/2023</td><td><p>1. How many Tasers were fired?</p><p>2. What are their serial
numbers?</p></td><td>Part disclosed - s31(1)(a)</td><td><p>1. 45</p><p>2. Exempt under s31(1)(a)</p></td></tr>
<tr><td>4503/23</td><td>07/02/2023</td><td>Complaints about dog fouling on force premises.</td>
<td>No information held</td><td>The force does not hold any.</td></tr></table></body></html>"""
    found = {x.reference: results(x) for x in learnt(tmp_path, log_html=page).letters}
    assert found == {
        "4501/23": {"1": ("disclosed", set())},
        "4502/23": {"1": ("disclosed", set()), "2": ("refused", {"s31(1)"})},
        "4503/23": {"1": ("not_held", set())},
    }


ASKED = """Ref: 3002/23
You asked:
1. How many officers were injured by dogs in 2021?
2. How many by horses in 2021?
3. Where are the kennels?

Response
"""


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (
            "Question 1 is disclosed: 12.\nThere is no information held in relation to questions 2 or 3.",
            {"1": ("disclosed", set()), "2": ("not_held", set()), "3": ("not_held", set())},
        ),
        (
            "Question 1: 12 officers.\nThe remaining parts of your request are exempt under sections 31(1)(f) and 38.",
            {"1": ("disclosed", set()), "2": ("refused", {"s31(1)", "s38"}), "3": ("refused", {"s31(1)", "s38"})},
        ),
        (
            "All of the information is attached except for question 3, which is exempt under Section 24(1).",
            {"1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("refused", {"s24(1)"})},
        ),
        (
            "The answer to Q1 is 45 and Q2 is 6. Q3 is withheld under s.31(1)(a).",
            {"1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("refused", {"s31(1)"})},
        ),
        (
            "There were 12 and 4, which answers your first two questions. As for the third part of your request, we"
            " withhold it under section 38(1)(b).",
            {"1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("refused", {"s38"})},
        ),
        (
            "Question 1 would need a search of 300,000 records, 10,000 hours of work. As one part exceeds the cost"
            " limit, your request in its entirety is refused under section 12(1).\nUnder section 16 I can tell you"
            " that the kennels are in Wealdmere.",
            {n: ("refused", {"s12"}) for n in "123"},
        ),
        (
            "The information is exempt under section 31(1)(a).\nIn relation to Question 3, the force is unable to"
            " publish the place.\n"
            "I can confirm in relation to questions 1 and 2: 12 and 4.",
            {"1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("refused", {"s31(1)"})},
        ),
        (
            "The figures are attached. Thornshire Police will not provide any further breakdown as Section 40(2)"
            " Personal Information applies.",
            {n: ("disclosed", {"s40(2)"}) for n in "123"},
        ),
        (
            "Question 1: 12\nQuestion 2: 4\nQuestion 3: See the response to question 2.\n\nIn addition,"
            " Thornshire Police neither confirms nor denies that it holds any other information relevant to your"
            " request by virtue of Section 23(5).",
            {n: ("disclosed", {"s23(5)"}) for n in "123"},
        ),
    ],
)
def test_how_an_answer_names_the_questions(
    tmp_path: Path, answer: str, wanted: dict[str, tuple[str, set[str]]]
) -> None:
    assert one(tmp_path, ASKED + answer) == wanted


def test_the_duty_that_does_not_apply_is_the_refusal(tmp_path: Path) -> None:
    text = """FOI 3013/23 - Surveillance devices
Request: Has the force bought IMSI catchers?
Outcome: NCND
Response: Thornshire Police can neither confirm nor deny that any information is held, as the duty in Section 1(1)(a)
does not apply by virtue of s23(5), s24(2), s30(3) and s31(3).
"""
    assert one(tmp_path, text) == {"1": ("ncnd", {"s23(5)", "s24(2)", "s30(3)", "s31(3)"})}


def test_figures_and_then_a_refusal_under_one_question_are_a_disclosure_in_part(tmp_path: Path) -> None:
    text = """FOI-2024-0102: Arrests of officers
Request:
How many officers were arrested under the Sexual Offences Act 2003, by year? Please also provide their names.
Decision: Part disclosure - Section 40(2)
Response:
2019 - 3
2020 - 4
The names are exempt by virtue of Section 40(2).
"""
    (letter,) = learnt(tmp_path, response_txt=text).letters
    assert letter.reference == "FOI-2024-0102"
    assert all(found == ("disclosed", {"s40(2)"}) for found in results(letter).values())
    assert results(letter)


def test_an_answer_that_names_no_question_goes_by_its_words(tmp_path: Path) -> None:
    text = """FOI 3006/23

You requested information about CCTV. Specifically:

- the number of cameras in the control room
- the IP addresses of the cameras
- a copy of the maintenance contract

We are happy to release the number of cameras, which is 44.

The IP addresses are exempt under section 31(1)(a). The contract is exempt under section 43(2).
"""
    assert one(tmp_path, text) == {
        "1": ("disclosed", set()), "2": ("refused", {"s31(1)"}), "3": ("refused", {"s43"}),
    }  # fmt: skip


def test_documents_that_cannot_be_used_are_set_aside_with_the_reason(tmp_path: Path) -> None:
    scottish = """Our Ref: IM-FOI-2023-1234
Freedom of Information (Scotland) Act 2002
You asked:
1. How many police dogs does the Service have?
Response
The information is exempt under section 38(1)(b) of FOISA.
"""
    paper = """From: NPCC CRU <npcc.cru@npcc.police.uk>
To: foi@thornshire.police.uk
Subject: CRU Circulation

POLICE EYES ONLY

Log Number: 417/24

Applicants Request:

1. What does the force pay for secret boots?

CRU Advice:

Question 1: Section 24(1) applies.
"""
    made = learnt(tmp_path, scottish_txt=scottish, paper_eml=paper, empty_txt=" ")
    assert made.letters == ()
    assert {x.code for x in made.set_aside} == {"scotland", "protected", "empty"}
    assert "secret boots" not in str(made.set_aside)
    assert "417/24" in str(made.set_aside)


def test_spans_are_those_of_the_text(tmp_path: Path) -> None:
    (letter,) = learnt(tmp_path, response_txt=LETTER).letters
    assert letter.questions is not None
    first = letter.questions[0].span
    assert first is not None
    assert letter.text[slice(*first)].startswith("How many officers were dismissed")
    assert letter.exemptions == ("s12", "s40(2)")
    assert letter.topics is None


def test_time_grows_with_the_length_of_a_document(tmp_path: Path) -> None:
    filler = "Question 2 is withheld by section 31 (1) ( a and not " * 20_000
    assert one(tmp_path, f"{ASKED}Question 1: 12\n{filler}\n")["1"] == ("disclosed", set())
