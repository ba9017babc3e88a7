"""Threads of several people, and reviews that overturn the first answer."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pytest reads the annotations of fixtures

from outcome_tools import learnt, one, results

MAILS = """From a@x Mon Jan 08 09:00:00 2024
From: Jo Public <jo@mail.example>
To: foi@thornshire.police.uk
Subject: FOI - body worn video
Date: Mon, 8 Jan 2024 09:00:00 +0000
Message-ID: <1@mail.example>

Dear Thornshire Police,

1. How many body worn cameras were lost in 2023?
2. Please provide the force's policy on body worn video.
3. What are the passwords of the storage system?

Yours faithfully,

Jo Public

From a@x Tue Jan 09 09:00:00 2024
From: FOI Unit <foi@thornshire.police.uk>
To: Jo Public <jo@mail.example>
Subject: RE: FOI - body worn video (our ref 5512/24)
Date: Tue, 9 Jan 2024 09:00:00 +0000
Message-ID: <2@thornshire>
In-Reply-To: <1@mail.example>

Thank you for your request, which has been logged. You will receive a response within 20 working days, subject to the
information not being exempt. Section 12 or Section 14 may apply.

From a@x Thu Feb 01 09:00:00 2024
From: FOI Unit <foi@thornshire.police.uk>
To: Jo Public <jo@mail.example>
Subject: RE: FOI - body worn video (our ref 5512/24)
Date: Thu, 1 Feb 2024 09:00:00 +0000
Message-ID: <3@thornshire>
In-Reply-To: <1@mail.example>

Dear Jo

Question 1: 12 cameras were lost.

Question 2: The policy is withheld under Section 31(1)(a) and Section 22 as it is intended for future publication.

Question 3: Refused. Section 31(1)(a)

From a@x Fri Feb 02 09:00:00 2024
From: Jo Public <jo@mail.example>
To: FOI Unit <foi@thornshire.police.uk>
Subject: RE: FOI - body worn video (our ref 5512/24)
Date: Fri, 2 Feb 2024 09:00:00 +0000
Message-ID: <4@mail.example>
In-Reply-To: <3@thornshire>

I want an internal review of question 2. Other forces publish theirs. Section 40 doesn't apply either.

From a@x Fri Mar 01 09:00:00 2024
From: FOI Unit <foi@thornshire.police.uk>
To: Jo Public <jo@mail.example>
Subject: Internal review 5512/24
Date: Fri, 1 Mar 2024 09:00:00 +0000
Message-ID: <5@thornshire>

Dear Jo

Internal review of 5512/24

You asked for a review of our response to question 2, which was originally withheld under Section 31(1)(a) and
Section 22.

I have reviewed the decision. I find that Section 31(1)(a) was wrongly applied and Section 22 is no longer relied on. A
copy of the policy is attached in full.

I uphold the decision on question 3.
"""
PAGE = """<html><body><h1>Use of spit hoods</h1>
<div><h2>From: P. Writer</h2><p>12 March 2023</p><p>Dear Wealdmere Constabulary,</p><p>Please provide:</p>
<ol type="a"><li>the number of times spit hoods were used in 2022</li><li>the age of each person</li>
<li>the supplier of the hoods and the price paid</li></ol><p>Yours faithfully,<br>P. Writer</p></div>
<div><p>A. Nother left an annotation (13 March 2023)</p><p>They will say section 12. Elsewhere question a was refused
under section 31.</p></div>
<div><h2>From: FOI Team, Wealdmere Constabulary</h2><p>14 March 2023</p><p>Dear P Writer</p><p>I acknowledge receipt of
your request, reference 2231/23. Section 14 may apply to large requests.</p></div>
<div><h2>From: FOI Team, Wealdmere Constabulary</h2><p>5 April 2023</p><p>Dear P Writer</p><p>FOI 2231/23</p>
<p>Further to your request, please find our response below.</p><p>a) 204</p>
<p>b) The ages are withheld under section 40(2).</p><p>c) This information is exempt under s.43(2).</p></div>
</body></html>"""
FIRST = """Our reference: 4410/23

You asked:

1. How many officers are deployed at the port?
2. What did the port unit cost in 2022?
3. What vehicles does the port unit use?

Response

Questions 1 and 3 are exempt by virtue of Section 31(1)(a) and Section 24(1).
Question 2: 1.2 million pounds.
"""
REVIEW = """Our reference: 4410/23

INTERNAL REVIEW

I write in connection with your email requesting a review of our response to your request:

1. How many officers are deployed at the port?
2. What did the port unit cost in 2022?
3. What vehicles does the port unit use?

You were originally advised that questions 1 and 3 were exempt by virtue of Section 31(1)(a) and Section 24(1), and
question 2 was disclosed.

Decision

In relation to question 1 I uphold the original decision, and the information remains exempt under Section 31(1)(a) and
Section 24(1).

In relation to question 3 I have decided to overturn the original decision. I consider that Section 24(1) was
incorrectly applied and Section 31 is not engaged. The unit uses four marked vans.
"""
REVIEWED = {
    "1": ("refused", {"s24(1)", "s31(1)"}), "2": ("disclosed", set[str]()), "3": ("disclosed", set[str]()),
}  # fmt: skip


def test_a_thread_of_mails_ends_with_its_review(tmp_path: Path) -> None:
    (letter,) = learnt(tmp_path, thread_mbox=MAILS).letters
    assert results(letter) == {
        "1": ("disclosed", set()), "2": ("disclosed", set()), "3": ("refused", {"s31(1)"}),
    }  # fmt: skip
    assert (letter.reference, letter.received, letter.date) == ("5512/24", "2024-01-08", "2024-03-01")
    assert letter.note == "question 2: refused under s22, s31(1) at first; the review replaced that"
    assert "Jo Public" not in letter.text


def test_on_a_request_page_only_the_authority_decides(tmp_path: Path) -> None:
    (letter,) = learnt(tmp_path, page_html=PAGE).letters
    assert letter.reference == "2231/23"
    assert results(letter) == {
        "a": ("disclosed", set()), "b": ("refused", {"s40(2)"}), "c": ("refused", {"s43"}),
    }  # fmt: skip


def test_a_review_alone_tells_the_first_answer(tmp_path: Path) -> None:
    (letter,) = learnt(tmp_path, review_txt=REVIEW).letters
    assert results(letter) == REVIEWED
    assert letter.note == "question 3: refused under s24(1), s31(1) at first; the review replaced that"


def test_answer_and_review_in_two_files_are_one_letter(tmp_path: Path) -> None:
    (letter,) = learnt(tmp_path, b_first_txt=FIRST, a_review_txt=REVIEW).letters
    assert results(letter) == REVIEWED
    assert letter.note is not None
    assert "question 3" in letter.note


def test_a_review_that_substitutes_another_decision(tmp_path: Path) -> None:
    text = """FREEDOM OF INFORMATION REQUEST REFERENCE NO: 6120/22

Internal review

You requested:

Please provide the risk register for the control room.

Our response of 3 March 2022 stated that no information was held.

I have now completed my review. I find that the information is held. It is however exempt by virtue of section 36(2)(c)
of the Freedom of Information Act. I therefore do not uphold the original response.
"""
    assert one(tmp_path, text) == {"1": ("refused", {"s36"})}


def test_a_mail_with_the_request_quoted_below(tmp_path: Path) -> None:
    text = """From: FOI <foi@wealdmere.police.uk>
To: Jo <jo@mail.example>
Subject: Response - FOI 3341-24
Date: Fri, 1 Mar 2024 09:00:00 +0000

Dear Jo

We do not hold information for question 1.

Question 2 is exempt under section 31 (1) (a) and (b).

Question 3 - 4,500 pounds

Kind regards

FOI team

From: Jo <jo@mail.example>
Sent: 05 February 2024 10:00
To: FOI <foi@wealdmere.police.uk>
Subject: FOI

Dear FOI team,

1. How many e-scooters were crushed in 2023?
2. Where are seized e-scooters stored?
3. What did crushing cost?

Jo
"""
    assert one(tmp_path, text, "eml") == {
        "1": ("not_held", set()), "2": ("refused", {"s31(1)"}), "3": ("disclosed", set()),
    }  # fmt: skip
