"""The pages in a real browser: work by keys alone, by mouse, without scripts; hostile letters; accessibility."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from review_tools import CLOCK, Served, letter

from classifier.casebook.labelled import labelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def at(page: Any, path: str) -> None:
    """Wait until the page is at an address, and settled."""
    page.wait_for_url(re.compile(re.escape(path) + r"(\?.*)?$"))
    page.wait_for_selector("#main")


def counted(page: Any, what: str, count: int) -> None:
    """Wait until so many of something are on the page."""
    from playwright.sync_api import expect

    expect(page.locator(what)).to_have_count(count)


def settled(page: Any, number: int) -> None:
    """Wait until a letter's page is there and its script has framed a card."""
    at(page, f"/letters/{number}")
    page.wait_for_selector(f'form#letter[action^="/letters/{number}"]')
    page.wait_for_selector(".ft-card.ft-here")


def test_three_letters_are_corrected_by_keys_alone(serve: Callable[..., Served], asked_of: Callable[..., Any]) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers
    page = asked_of(served)
    page.keyboard.press("j")  # the first letter: Help
    page.keyboard.press("o")
    settled(page, number["b"])
    page.keyboard.press("y")  # not urgent after all
    page.keyboard.press("o")
    settled(page, number["c"])
    page.keyboard.press("z")  # the rule does not fit the first question
    page.keyboard.press("j")  # on to the second question
    page.keyboard.press("2")  # it is about custody too
    page.keyboard.press("o")
    settled(page, number["d"])
    page.keyboard.press("1")
    page.keyboard.press("i")
    page.keyboard.type("stop and search")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.keyboard.press("w")
    page.keyboard.press("o")
    settled(page, number["a"])
    found = {x.letter.id[0]: x.letter for x in labelled(served.book)}
    assert set(found) == {"b", "c", "d"}
    assert found["b"].urgent is False
    (first, second) = list(found["c"].questions or ())
    assert first.referral == ()
    assert second.topics == ("drugs", "custody_detention")
    (first, second) = list(found["d"].questions or ())
    assert first.topics == ("stop_search",)
    assert first.exemptions == ("s40(2)",)
    assert second.topics == ("drugs",)
    with served.book.decisions(writing=False) as decisions:
        kept = decisions.current("d" * 64)
    assert kept["q1", "topics"].proposed[0].label == "drugs"
    assert kept["", "seen"].chosen == ("yes",)
    # Undo, by its key, brings the last letter back as it was.
    page.keyboard.press("u")
    settled(page, number["d"])
    with served.book.decisions(writing=False) as decisions:
        assert decisions.current("d" * 64) == {}


def test_a_question_is_split_and_merged_by_keys_and_focus_is_where_work_goes_on(
    serve: Callable[..., Served], asked_of: Callable[..., Any]
) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers["a"]
    page = asked_of(served, f"/letters/{number}")
    page.keyboard.press("h")
    at(page, f"/letters/{number}/split/q1")
    page.wait_for_selector("#at-1")
    page.keyboard.press("1")
    page.keyboard.press("o")
    settled(page, number)
    assert page.locator("[data-card] .ft-number").all_inner_texts() == ["1", "1+", "2"]
    page.keyboard.press("j")
    page.keyboard.press("m")
    counted(page, "[data-card] .ft-number", 2)
    assert page.evaluate("document.activeElement.matches('h1, [data-card], body')")


def test_a_question_is_split_by_mouse_where_it_was_clicked(
    serve: Callable[..., Served], asked_of: Callable[..., Any]
) -> None:
    words = "How many 🐕‍🦺 dogs? And what do they eat?"
    text = f"🐕 Dear all\n{words}"
    served = serve(letter("a" * 64, text, words), clock=lambda: CLOCK)
    page = asked_of(served, "/letters/1")
    page.evaluate(
        """() => {
          const node = document.querySelector('#text mark').firstChild
          document.getSelection().collapse(node, node.data.indexOf('And'))
        }"""
    )
    page.get_by_role("button", name="Split 1 where you clicked").click()
    counted(page, "[data-card] .ft-number", 2)
    with served.book.decisions(writing=False) as decisions:
        pieces = list(decisions.current("a" * 64)["", "questions"].split or ())
    assert [text[slice(*p.span)] for p in pieces] == ["How many 🐕‍🦺 dogs?", "And what do they eat?"]


def test_words_marked_with_the_mouse_become_a_question(
    serve: Callable[..., Served], asked_of: Callable[..., Any]
) -> None:
    text = "🐕 Dear all\nTell me the number of dogs.\nYours"
    served = serve(letter("a" * 64, text), clock=lambda: CLOCK)
    page = asked_of(served, "/letters/1")
    page.evaluate(
        """() => {
          const node = document.querySelector('#text span').firstChild, start = node.data.indexOf('Tell')
          document.getSelection().setBaseAndExtent(node, start, node, node.data.indexOf('\\nYours'))
        }"""
    )
    page.get_by_role("button", name="Make the marked words a question").click()
    page.wait_for_selector(".ft-number")
    with served.book.decisions(writing=False) as decisions:
        (piece,) = list(decisions.current("a" * 64)["", "questions"].split or ())
    assert text[slice(*piece.span)] == "Tell me the number of dogs."


def test_everything_works_without_scripts(serve: Callable[..., Served], asked_of: Callable[..., Any]) -> None:
    served = serve(clock=lambda: CLOCK)
    page = asked_of(served, "/?reason=due", java_script_enabled=False)
    page.get_by_role("link", name="Long overdue").click()
    page.get_by_label("Drugs").first.uncheck()
    page.get_by_label("Add to topics").first.fill("Custody and detention")
    page.get_by_role("button", name="Save changes, stay").click()
    assert "1 change is saved" in page.locator(".ft-said").inner_text()
    page.get_by_role("button", name="Split").first.click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Split here").click()
    page.get_by_role("button", name="All right as ticked").click()
    with served.book.decisions(writing=False) as decisions:
        kept = decisions.current("d" * 64)
    assert kept["q1", "topics"].chosen == ("custody_detention",)
    assert len(kept["", "questions"].split or ()) == 3
    assert ("", "seen") in kept
    page.get_by_role("link", name="Keys", exact=True).click()
    page.get_by_role("button", name="Turn single keys off").click()
    assert page.get_by_role("button", name="Turn single keys on").is_visible()


def test_single_keys_can_be_turned_off_and_do_nothing_while_somebody_types(
    serve: Callable[..., Served], asked_of: Callable[..., Any]
) -> None:
    served = serve(clock=lambda: CLOCK)
    page = asked_of(served, "/letters/1")
    page.locator("[data-add]").first.focus()
    page.keyboard.type("jko1")
    assert page.locator("[data-add]").first.input_value() == "jko1"
    page.keyboard.press("Escape")
    page.goto(page.url.replace("/letters/1", "/keys"))
    page.get_by_role("button", name="Turn single keys off").click()
    page.goto(page.url.replace("/keys", "/letters/1"))
    before = page.get_by_label("Drugs").first.is_checked()
    for key in ("1", "o", "n", "u"):
        page.keyboard.press(key)
    assert page.get_by_label("Drugs").first.is_checked() == before
    assert page.url.endswith("/letters/1")
    assert page.locator("kbd:visible").count() == 0


def test_filters_change_the_list_in_place_and_the_address_with_it(
    serve: Callable[..., Served], asked_of: Callable[..., Any]
) -> None:
    page = asked_of(serve(clock=lambda: CLOCK))
    page.keyboard.press("/")
    page.keyboard.type("hurt")
    page.wait_for_url(re.compile("words=hurt"))
    counted(page, "[data-row]", 1)
    assert page.locator(".ft-found mark").inner_text() == "hurt"
    page.reload()
    assert page.locator("[data-row]").count() == 1


def test_hostile_letters_are_shown_and_do_nothing(serve: Callable[..., Served], asked_of: Callable[..., Any]) -> None:
    script = "<script>document.title='owned';alert(1)</script><img src=x onerror=alert(2)>"
    long, turned = "A" * 5_000_000, "How many \u202egnp.exe\u202c files?"
    many = [f"How many in ward {n}?" for n in range(500)]
    hostile = [
        letter("a" * 64, f"{script} How many?", f"{script} How many?", subject=script),
        letter("b" * 64, turned, turned, subject="\u202egnp.exe"),
        letter("c" * 64, long + " How many?", subject="Long"),
        letter("d" * 64, '=HYPERLINK("http://evil.example","x") How many?', subject='=cmd|" /C calc"!A0'),
        letter("e" * 64, "\n".join(many), *many, subject="Many"),
    ]  # fmt: skip
    served = serve(*hostile, clock=lambda: CLOCK)
    page = asked_of(served)
    assert page.locator("[data-row]").count() == 5
    for number in range(1, 6):
        begun = time.monotonic()
        page.goto(f"http://127.0.0.1:{served.port}/letters/{number}")
        page.wait_for_selector("#text")
        assert time.monotonic() - begun < 15
        assert page.title() != "owned"
        assert "\u202e" not in page.content()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"http://127.0.0.1:{served.port}/letters/3")
    assert "4,960,010 more characters" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [1280, 640, 390])
def test_pages_fit_windows_of_every_width(
    serve: Callable[..., Served], asked_of: Callable[..., Any], width: int
) -> None:
    served = serve(clock=lambda: CLOCK)
    page = asked_of(served, viewport={"width": width, "height": 800})
    for path in ("/", "/letters/1", "/letters/3", "/letters/1/split/q1", "/history", "/pictures", "/keys"):
        page.goto(f"http://127.0.0.1:{served.port}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def axe(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA that is serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    return [
        f"{v['id']}: {n['html'][:160]} {n['failureSummary'][:200]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
        for n in v["nodes"][:3]
    ]


def test_axe_finds_nothing_serious_on_any_page(serve: Callable[..., Served], asked_of: Callable[..., Any]) -> None:
    served = serve(clock=lambda: CLOCK)
    served.client.save(1, "changes", ("-topics.q1", ""), ("topics.q1", "custody_detention"))
    base = f"http://127.0.0.1:{served.port}"
    many = [
        "/?words=cannabis&state=all",
        "/history",
        "/pictures",
        "/keys",
        "/letters/1/split/q1",
        "/letters/2",
        "/letters/3",
    ]
    for width, paths in (
        (1280, [*many, "/letters/2", "/letters/6", "/letters/7"]),
        (390, ["/", "/letters/3", "/pictures"]),
    ):
        # The policy of the pages forbids the checker's own script: this one context is let off it.
        page = asked_of(served, viewport={"width": width, "height": 900}, bypass_csp=True, problems=False)
        for path in paths:
            page.goto(base + path)
            for summary in page.locator("summary").all():
                summary.click()
            assert axe(page) == [], (width, path)
    page.goto(f"{base}/letters/1")
    page.locator("[data-add]").first.fill("no such label")
    page.get_by_role("button", name="Save changes, stay").click()
    page.wait_for_selector(".govuk-error-summary")
    assert axe(page) == [], "an error"


def test_axe_finds_nothing_serious_where_people_sign_in(
    serve: Callable[..., Served], asked_of: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "users").write_text("", encoding="utf-8")
    page = asked_of(serve(clock=lambda: CLOCK, users=tmp_path / "users"), bypass_csp=True, problems=False)
    assert page.url.endswith("/sign-in")
    assert axe(page) == []
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("something wrong")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".govuk-error-summary")
    assert axe(page) == []


def test_axe_would_have_noticed(serve: Callable[..., Served], asked_of: Callable[..., Any]) -> None:
    page = asked_of(serve(clock=lambda: CLOCK), bypass_csp=True)
    page.evaluate("document.querySelector('#kind').removeAttribute('id')")
    assert any(found.startswith("select-name") for found in axe(page))
