"""Sections that are cited, and those that are not FOIA's."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from classifier.outcomes.sections import cited, scottish, settle

ROOT = Path(__file__).parents[2] / "classifier"


@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("exempt by virtue of Section 31(1)(a)(b) and Section 40(2).", {"s31(1)", "s40(2)"}),
        ("Sections 23(5), 24(2), 30(3) and 31(3)", {"s23(5)", "s24(2)", "s30(3)", "s31(3)"}),
        ("s12(2)", {"s12"}),
        ("S.30(1)(a)", {"s30"}),
        ("Section 40(5B)(a)(i)", {"s40(5)"}),
        ("s43(2)/s41", {"s43", "s41"}),
        ("Section 12(1) and 17(1) Exemptions", {"s12"}),
        ("sections 1, 8, 10, 16, 17 and 50 of the Act", set()),
        ("section 12 and section 14 of the Public Order Act 1986", set()),
        ("s23 of the Misuse of Drugs Act", set()),
        ("Terrorism Act 2000 s41", set()),
        ("Section 40 Offences Against the Person Act 1861", set()),
        ("s24 PACE", set()),
        ("section 39 common assault", set()),
        ("Freedom of Information Act 2000, section 31(1)(a)", {"s31(1)"}),
        ("Section 44 of the Freedom of Information Act 2000", {"s44"}),
        ("30(3) Investigations\n31(3) Law enforcement", {"s30(3)", "s31(3)"}),
        ("under s38(1)(a), not s40(2)", {"s38"}),
        ("figures for section 31 hours", set()),
    ],
)
def test_what_a_text_cites(text: str, grounds: set[str]) -> None:
    assert {c.ground for c in cited(text)} == grounds


def test_a_section_without_its_limb_is_the_one_cited_beside_it() -> None:
    assert settle(cited("Section 31(3) applies. Section 31 is qualified."), denying=True) == ("s31(3)",)
    assert settle(cited("Section 31 and 40"), denying=True) == ("s31(3)", "s40(5)")
    assert settle(cited("Section 31 and 40"), denying=False) == ("s31(1)", "s40(2)")


def test_scottish_answers_are_told_from_english_ones_that_mention_scotland() -> None:
    assert scottish("under the Freedom of Information (Scotland) Act 2002 (FOISA)")
    assert not scottish("Under the Freedom of Information Act 2000 (FOIA). In Scotland FOISA applies.")


def test_nothing_of_the_live_run_imports_this_room() -> None:
    users: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if any(n.startswith("classifier.outcomes") for n in names):
                users.add(path.relative_to(ROOT).as_posix())
    assert {u for u in users if not u.startswith("outcomes/")} == {"commands/outcomes.py"}
