"""Paragraphs of HTML mail: which of them are lines, and which blank lines the reader sees."""

from __future__ import annotations

import time

import pytest

from classifier.intake.html import to_text

OUTLOOK = "<style>p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; margin-bottom:.0001pt; font-size:11pt}</style>"


def test_paragraphs_stand_apart() -> None:
    assert to_text("<p>One.</p><p>Two.</p>") == "One.\n\nTwo."


def test_paragraphs_of_outlook_are_lines_and_its_empty_ones_blank_lines() -> None:
    markup = (
        f"<html><head>{OUTLOOK}</head><body><p class=MsoNormal>Please tell me:</p><p class=MsoNormal>1. How many?</p>"
        "<p class=MsoNormal>2. Since when?</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Thank you</p>"
    )
    assert to_text(markup) == "Please tell me:\n1. How many?\n2. Since when?\n\nThank you"


@pytest.mark.parametrize("style", ["margin:0", "margin: 0px 0px 0px 0px", "margin-top:0cm;margin-bottom:.0001pt"])
def test_a_style_without_margins_makes_a_line(style: str) -> None:
    assert to_text(f'<p style="{style}">One</p><p style="{style}">Two</p>') == "One\nTwo"


@pytest.mark.parametrize("style", ["margin:0 0 8pt 0", "margin-bottom:0", "margin:1em 0", "color:red", "margin:auto"])
def test_a_style_with_a_gap_or_half_a_word_about_it_stands_apart(style: str) -> None:
    assert to_text(f'<p style="{style}">One</p><p style="{style}">Two</p>') == "One\n\nTwo"


def test_a_sheet_with_a_gap_below_paragraphs_stands_apart() -> None:
    sheet = "<style>p.MsoNormal {margin:0cm; margin-bottom:8.0pt}</style>"
    assert to_text(f"{sheet}<p class=MsoNormal>One</p><p class=MsoNormal>Two</p>") == "One\n\nTwo"


def test_a_sheet_for_all_paragraphs_counts() -> None:
    assert to_text("<style>p {margin:0}</style><p>One<p>Two<p><br></p><p>Three") == "One\nTwo\n\nThree"


@pytest.mark.parametrize("piece", ["<style>", "p{margin:", "<p style=margin:0>", "<style>p.a,", "p{}p{"])
def test_style_sheets_are_read_in_time_linear_in_their_length(piece: str) -> None:
    def seconds(size: int) -> float:
        text = "<style>" + piece * (size // len(piece))
        start = time.perf_counter()
        to_text(text)
        return time.perf_counter() - start

    small, large = min(seconds(2_000) for _ in range(3)), min(seconds(16_000) for _ in range(2))
    assert large < 24 * small + 0.02
