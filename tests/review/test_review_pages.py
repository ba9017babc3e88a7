"""The pages without scripts: the list, a letter, saving, undoing, cutting questions, protected papers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from review_tools import CLOCK, Served, letter

from classifier.casebook.labelled import labelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.casebook import Kept


def current(served: Served, which: str) -> dict[tuple[str, str], Kept]:
    """What holds for the letter whose id begins so."""
    with served.book.decisions(writing=False) as decisions:
        return decisions.current(which * 64)


def test_the_list_stands_by_reason_and_letters_that_say_the_same_together(serve: Callable[..., Served]) -> None:
    page = serve(clock=lambda: CLOCK).client.ask("/").body
    titles = [
        "Help",
        "Register",
        "Long overdue",
        "Cannabis and cells",
        "Cannabis, once more",
        "Scan",
        "Police eyes only",
    ]
    places = [page.index(f">{title}") if f">{title}" in page else page.index(title) for title in titles]
    assert places == sorted(places)
    assert "1 more like it" in page
    assert "like the one above" in page


def test_each_reason_has_its_letters(serve: Callable[..., Served]) -> None:
    client = serve(clock=lambda: CLOCK).client
    for reason, there, not_there in [
        ("urgent", "Help", "Register"), ("mandatory", "Register", "Help"), ("due", "Long overdue", "Register"),
        ("unread", "Scan", "Help"), ("other", "CRU 61/26", "Help"),
    ]:  # fmt: skip
        page = client.ask(f"/?reason={reason}").body
        listed = page[page.index('id="results"') :]
        assert there in listed, reason
        assert not_there not in listed, reason


def test_a_search_finds_words_beginnings_names_and_references_and_nothing_of_a_protected_paper(
    serve: Callable[..., Served],
) -> None:
    client = serve(clock=lambda: CLOCK).client
    assert "Help" in client.ask("/?words=hurt+tonight").body
    assert "Cannabis, once more" in client.ask("/?words=canna").body
    assert "Help" not in client.ask("/?words=canna").body
    assert "Register" in client.ask("/?words=ann%40mail.example").body
    assert "CRU 61/26" in client.ask("/?words=61%2F26").body
    assert "No letter here" in client.ask("/?words=boots").body
    assert client.ask("/?words=%22+OR+*+NEAR%28").status == 200


def test_a_protected_paper_is_in_the_list_by_id_and_mark_and_whole_on_its_own_page(
    serve: Callable[..., Served],
) -> None:
    served = serve(clock=lambda: CLOCK)
    listed = served.client.ask("/").body
    assert "CRU secret subject" not in listed
    assert "SECRET" not in listed
    own = served.client.ask(f"/letters/{served.numbers['1']}").body
    assert "SECRET ADVICE" in own
    assert "Police eyes only" in own
    answer = served.client.save(served.numbers["1"], "checked")
    assert answer.status == 303
    assert set(current(served, "1")) == {("", "seen")}
    assert "SECRET" not in served.client.ask("/history").body
    assert list(labelled(served.book)) == []


def test_changes_only_saves_what_was_changed_and_leaves_the_letter_on_the_list(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers["a"]
    answer = served.client.save(number, "changes", ("-topics.q1", ""), ("topics.q1", "custody_detention"))
    assert answer.headers["location"] == f"/letters/{number}"
    kept = current(served, "a")
    assert set(kept) == {("q1", "topics")}
    decision = kept["q1", "topics"]
    assert decision.chosen == ("custody_detention",)
    assert [(p.label, p.score, p.because) for p in decision.proposed] == [("drugs", 0.9, ("cannabis",))]
    assert (decision.who, decision.model, decision.source) == ("Sam Reader", "m1", "page")
    assert decision.when == "2026-02-12T09:30:00Z"
    assert "Cannabis and cells" in served.client.ask("/").body


def test_all_right_as_ticked_decides_what_was_shown_and_goes_on_to_the_next_letter(
    serve: Callable[..., Served],
) -> None:
    served = serve(clock=lambda: CLOCK)
    answer = served.client.save(served.numbers["c"], "checked")
    assert answer.headers["location"] == f"/letters/{served.numbers['d']}"
    kept = current(served, "c")
    assert kept["", "seen"].chosen == ("yes",)
    assert kept["", "kind"].chosen == ("new_request",)
    assert kept["q1", "referrals"].chosen == ("RSO-01",)
    assert kept["q2", "exemptions"].chosen == ("s12",)
    assert "Register" not in served.client.ask("/").body
    assert "Register" in served.client.ask("/?state=seen").body


def test_a_label_is_added_by_its_name_and_one_that_there_is_not_is_refused_with_the_ticks_kept(
    serve: Callable[..., Served],
) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers["a"]
    answer = served.client.save(
        number, "changes", ("add.topics.q1", "stop and SEARCH"), ("add.exemptions.q2", "s40(5B)")
    )
    assert answer.status == 303
    kept = current(served, "a")
    assert kept["q1", "topics"].chosen == ("drugs", "stop_search")
    assert kept["q2", "exemptions"].chosen == ("s12", "s40(5)")
    wrong = served.client.save(number, "changes", ("-topics.q1", ""), ("add.topics.q1", "no such <thing>"))
    assert wrong.status == 422
    assert "Nothing here is called “no such &lt;thing&gt;”" in wrong.body
    assert 'value="no such &lt;thing&gt;"' in wrong.body
    assert current(served, "a")["q1", "topics"].chosen == ("drugs", "stop_search")


def test_undo_takes_back_the_whole_of_the_last_save_and_the_history_keeps_both(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers["a"]
    served.client.save(number, "changes", ("-topics.q1", ""), ("-topics.q2", ""))
    assert set(current(served, "a")) == {("q1", "topics"), ("q2", "topics")}
    assert served.client.post("/undo").headers["location"] == f"/letters/{number}"
    assert current(served, "a") == {}
    history = served.client.ask("/history").body
    assert history.count("taken back") >= 2
    with served.book.decisions(writing=False) as decisions:
        assert len(decisions.history()) == 4


def test_one_decision_is_taken_back_from_the_history(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    served.client.save(served.numbers["a"], "checked")
    seen = current(served, "a")["", "seen"].number
    assert served.client.post(f"/undo/{seen}").status == 303
    assert ("", "seen") not in current(served, "a")
    assert "Cannabis and cells" in served.client.ask("/").body
    assert served.client.post("/undo/99999").headers["location"] == "/history"


def test_a_whole_save_is_taken_back_from_the_history(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    served.client.save(served.numbers["a"], "checked", ("-topics.q1", ""))
    page = served.client.ask("/history").body
    assert "fields found right as proposed" in page
    form = page[page.index("found right as proposed") :]
    others = [("with", value) for value in re.findall(r'name="with" value="(\d+)"', form)]
    first = re.findall(r'action="/undo/(\d+)"', form)[0]
    assert served.client.post(f"/undo/{first}", *others).status == 303
    assert current(served, "a") == {}


def test_a_question_is_split_at_a_place_from_a_list_and_merged_again(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers["a"]
    assert served.client.save(number, "cut:q1").headers["location"] == f"/letters/{number}/split/q1"
    page = served.client.ask(f"/letters/{number}/split/q1").body
    assert "And what did the cells cost?" in page
    at = page.split('name="at" value="')[1].split('"')[0]
    assert served.client.post(f"/letters/{number}/split/q1").status == 422
    assert served.client.post(f"/letters/{number}/split/q1", ("at", at)).status == 303
    pieces = list(current(served, "a")["", "questions"].split or ())
    text = served.book.record("a" * 64).text  # pyright: ignore[reportOptionalMemberAccess]
    assert [text[slice(*p.span)] for p in pieces] == [
        "How many people were held over cannabis?", "And what did the cells cost?", "Where?",
    ]  # fmt: skip
    assert [p.number for p in pieces] == ["1", "1+", "2"]
    served.client.save(number, f"merge:{pieces[1].id}")
    again = list(current(served, "a")["", "questions"].split or ())
    assert [text[slice(*p.span)] for p in again] == [
        "How many people were held over cannabis? And what did the cells cost?", "Where?",
    ]  # fmt: skip


def test_the_offset_of_a_cut_counts_code_points(serve: Callable[..., Served]) -> None:
    words = "How many 🐕‍🦺 dogs? And what do they eat?"
    served = serve(letter("a" * 64, f"🐕 {words}", words), clock=lambda: CLOCK)
    text = f"🐕 {words}"
    served.client.save(1, "split:q1", ("at", str(text.index("And"))))
    # The page's own empty field comes first; a browser sends the one that its script filled.
    assert ("", "questions") not in current(served, "a")
    answer = served.client.save(1, "split:q1", ("-at", ""), ("at", str(text.index("And"))))
    assert answer.status == 303
    pieces = list(current(served, "a")["", "questions"].split or ())
    assert [text[slice(*p.span)] for p in pieces] == ["How many 🐕‍🦺 dogs?", "And what do they eat?"]


def test_marked_words_become_a_question_and_an_item_can_be_taken_away(serve: Callable[..., Served]) -> None:
    text = "Please help.\nHow many dogs?\n"
    served = serve(letter("a" * 64, text), clock=lambda: CLOCK)
    start = text.index("How")
    served.client.save(1, "add:", ("-start", ""), ("-end", ""), ("start", str(start)), ("end", str(len(text))))
    pieces = list(current(served, "a")["", "questions"].split or ())
    assert [text[slice(*p.span)] for p in pieces] == ["How many dogs?"]
    served.client.save(1, f"drop:{pieces[0].id}")
    assert current(served, "a")["", "questions"].split == ()


def test_who_was_overtaken_by_somebody_else_is_told_and_nothing_is_lost(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    number = served.numbers["a"]
    page = served.client.ask(f"/letters/{number}")
    fields = [
        ("token", page.field("token")), ("basis", page.field("basis")), ("item", "q1"), ("shown.topics.q1", "1"),
        ("topics.q1", "custody_detention"), ("do", "changes"),
    ]  # fmt: skip
    served.client.save(number, "changes", ("-topics.q2", ""))
    late = served.client.ask(f"/letters/{number}", fields)
    assert late.status == 409
    assert "changed this letter after you opened it" in late.body
    assert ("q1", "topics") not in current(served, "a")


def test_the_pictures_have_their_figures_in_words_and_tables(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    served.client.save(served.numbers["a"], "changes", ("-topics.q1", ""), ("topics.q1", "custody_detention"))
    page = served.client.ask("/pictures").body
    assert page.count("<svg") == page.count("<desc>") == 4
    assert "Drugs: taken away 1, put 0" in page
    assert '<th scope="row" class="govuk-table__header">Custody and detention</th>' in page


def test_a_letter_that_was_forgotten_is_gone_from_the_list_and_the_search(serve: Callable[..., Served]) -> None:
    from classifier.casebook.forget import forget

    served = serve(clock=lambda: CLOCK)
    served.client.save(served.numbers["b"], "checked")
    forget(served.book, "b" * 64, "Sam", "2026-02-12T10:00:00Z")
    assert "Help" not in served.client.ask("/?state=all").body
    assert "No letter here" in served.client.ask("/?words=hurt&state=all").body
    assert served.client.ask(f"/letters/{served.numbers['b']}").status == 404


def test_a_new_run_changes_the_list_and_leaves_decisions(serve: Callable[..., Served]) -> None:
    from review_tools import fill, inbox

    served = serve(clock=lambda: CLOCK)
    served.client.save(served.numbers["a"], "checked")
    fill(served.book, inbox(), model="m2")
    assert "Cannabis and cells" not in served.client.ask("/").body
    assert current(served, "a")["", "seen"].model == "m1"


def test_pages_that_there_are_not_say_so(serve: Callable[..., Served]) -> None:
    client = serve(clock=lambda: CLOCK).client
    for path in (
        "/letters/999",
        "/letters/99999999999999999999999",
        "/nothing",
        "/letters/1/split/q99",
        "/static/../app.py",
    ):
        assert client.ask(path).status == 404, path
