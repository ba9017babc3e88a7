"""The corpus: its form, its labels, and that every letter is its own."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from script_tools import script

from classifier.errors import CorpusError
from classifier.referral.register import load_register
from classifier.taxonomy import taxonomy
from classifier.training.authored import read_authored
from classifier.training.corpus import as_message, corpus_files, examples, load, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classifier.records import LabelledLetter

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
WORDS = 8
"""Length of the runs of words that two texts are compared by."""
NEAR = 0.4
"""Two letters that share more of their runs than this say the same."""
UNTAUGHT = {"s23(1)"}
"""Grounds that the words of a request do not tell (it hangs on what is held): never suggested without corrections."""
STOCK = 12
"""Runs that a letter may share with a real one: the Act's name, a request site's footer, the name of a court."""

PLAIN = """@@ test-001
subject: Dogs
received: 2024-02-29
kind: new_request
--
Dear Sir

1. <q t="animals_dogs" x="s12">How many dogs bite?</q>
   a) <q t="fleet" in="1">And vans?</q>
- <format>By e-mail.</format>

R. Askew
"""


@pytest.fixture(scope="module")
def letters() -> list[LabelledLetter]:
    return load(corpus_files(ROOT / "corpora"))


def authored(tmp_path: Path, text: str) -> list[dict[str, Any]]:
    path = tmp_path / "test.letters"
    path.write_text(text, encoding="utf-8")
    return list(read_authored(path))


def test_a_letter_compiles_to_its_text_and_items(tmp_path: Path) -> None:
    (letter,) = authored(tmp_path, PLAIN)
    assert letter["text"] == "Dear Sir\n\n1. How many dogs bite?\n   a) And vans?\n- By e-mail.\n\nR. Askew\n"
    said = [(q["number"], q["parent"], q["kind"], letter["text"][slice(*q["span"])]) for q in letter["questions"]]
    assert said == [
        ("1", None, "request", "How many dogs bite?"),
        ("a", "q1", "request", "And vans?"),
        ("", None, "format", "By e-mail."),
    ]
    assert letter["topics"] == ["animals_dogs", "fleet"]
    assert letter["exemptions"] == ["s12"]
    assert (letter["source"], letter["id"], letter["sender"], letter["regime"]) == ("test", "test-001", "public", "foi")


def test_line_ends_of_windows_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "test.letters"
    path.write_bytes(PLAIN.replace("\n", "\r\n").encode())
    assert list(read_authored(path)) == authored(tmp_path, PLAIN)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("--\n", "", "no '--' line"),
        ("kind: new_request\n", "", "'kind' is missing"),
        ("received: 2024-02-29\n", "", "'received' is missing"),
        ("2024-02-29", "2023-02-29", "received"),
        ("subject: Dogs", "subjekt: Dogs", "subjekt"),
        ("subject: Dogs", "just words", "just words"),
        ("bite?</q>", "bite?", "opens inside another"),
        ("By e-mail.</format>", "By e-mail.", "never closed"),
        ("Dear Sir", "Dear </q>Sir", "closes nothing"),
        ("bite?</q>", "bite?</scope>", "closes nothing"),
        ("How many dogs bite?", "  ", "is empty"),
        ('in="1"', 'in="7"', "'7'"),
        ('x="s12"', 'exempt="s12"', "exempt"),
        ('t="fleet"', "t=fleet", "closes nothing"),
        ("Dear Sir", "Dear <q t=fleet> Sir", "not understood"),
    ],
)
def test_a_fault_of_form_is_named_with_its_letter(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(CorpusError) as caught:
        authored(tmp_path, PLAIN.replace(old, new, 1))
    assert "test.letters: test-001" in str(caught.value)
    assert words in str(caught.value)


def test_words_before_the_first_letter_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="before the first"):
        authored(tmp_path, "a stray line\n" + PLAIN)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: new_request", "kind: love_letter", "love_letter"),
        ("--\n", "also: chasing\n--\n", "chasing"),
        ('t="fleet"', 't="vans"', "vans"),
        ('x="s12"', 'x="s99"', "s99"),
        ('x="s12"', 'r="XYZ-9"', "XYZ-9"),
        ('t="fleet" ', "", "without a topic"),
    ],
)
def test_a_label_that_nobody_knows_is_reported(tmp_path: Path, old: str, new: str, words: str) -> None:
    tool = script("corpus")
    (letter,) = authored(tmp_path, PLAIN.replace(old, new, 1))
    assert any(words in fault for fault in tool.faults(letter, tool.allowed()))
    (whole,) = authored(tmp_path, PLAIN)
    assert tool.faults(whole, tool.allowed()) == []


def test_the_same_id_twice_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "test.letters"
    path.write_text(PLAIN * 2, encoding="utf-8")
    assert script("corpus").check([path], verbose=False) == 1
    assert "used twice" in capsys.readouterr().out


def test_what_is_compiled_is_what_is_authored(letters: list[LabelledLetter], tmp_path: Path) -> None:
    import msgspec

    from classifier.records import LabelledLetter as Form

    paths = sorted((ROOT / "corpora" / "authored").glob("*.letters"))
    assert [p.stem for p in paths] == [p.stem for p in corpus_files(ROOT / "corpora")]
    again = [msgspec.convert(x, Form) for path in paths for x in read_authored(path)]
    changed = [a.id for a, b in zip(again, letters, strict=False) if a != b]
    assert (len(again), changed) == (len(letters), []), "run scripts/corpus.py build"
    write(tmp_path / "all.jsonl", letters)
    assert load([tmp_path / "all.jsonl"]) == letters


def test_there_are_enough_letters_and_voices(letters: list[LabelledLetter]) -> None:
    assert len(letters) > 1000
    assert len({x.source for x in letters}) > 20
    assert len({x.id for x in letters}) == len(letters)


def test_every_label_is_known(letters: list[LabelledLetter]) -> None:
    topics, grounds, kinds = (set(x) for x in (taxonomy().topic_ids, taxonomy().ground_labels, taxonomy().kind_ids))
    rules = set(load_register().rules)
    wrong: list[str] = []
    for letter in letters:
        for holder in (letter, *(letter.questions or ())):
            given = ((holder.topics, topics), (holder.exemptions, grounds), (holder.referral, rules))
            if any(set(labels or ()) - known for labels, known in given):
                wrong.append(letter.id)
        if letter.kind not in kinds or set(letter.also) - kinds or letter.kind in letter.also:
            wrong.append(letter.id)
    assert wrong == []


def test_every_item_stands_in_its_letter(letters: list[LabelledLetter]) -> None:
    wrong: list[str] = []
    for letter in letters:
        end = 0
        ids: set[str] = set()
        for item in letter.questions or ():
            assert item.span is not None, letter.id
            a, b = item.span
            words = letter.text[a:b]
            if not (end <= a < b <= len(letter.text)) or words != words.strip() or "<q" in words:
                wrong.append(f"{letter.id} {item.id}")
            if item.parent is not None and item.parent not in ids:
                wrong.append(f"{letter.id} {item.id}: parent")
            if item.kind == "request" and not item.topics:
                wrong.append(f"{letter.id} {item.id}: no topic")
            ids.add(item.id)
            end = b
        if len(ids) != len(letter.questions or ()):
            wrong.append(f"{letter.id}: ids")
    assert wrong == []


def test_every_letter_has_a_day_and_words(letters: list[LabelledLetter]) -> None:
    for letter in letters:
        assert letter.text.strip(), letter.id
        assert letter.received is not None
        assert date(2005, 1, 1) <= date.fromisoformat(letter.received) <= date(2026, 12, 31), letter.id
        assert (letter.protected or False) == (letter.kind == "cru_circulation"), letter.id


def test_every_kind_topic_and_ground_is_taught(letters: list[LabelledLetter]) -> None:
    kinds = Counter(x.kind for x in letters)
    assert [k for k in taxonomy().kind_ids if kinds[k] < 10] == []
    topics = Counter(t for x in letters for q in x.questions or () for t in q.topics or ())
    assert [t for t in taxonomy().topic_ids if topics[t] < 15] == []
    grounds = Counter(g for x in letters for q in x.questions or () for g in q.exemptions or ())
    assert [g for g in taxonomy().ground_labels if grounds[g] < 3 and g not in UNTAUGHT] == []


def test_most_items_are_found_in_what_the_live_run_reads(letters: list[LabelledLetter]) -> None:
    """Letters go through zones before they teach: an item that the live run would take for a signature is lost."""
    some = letters[::10]
    labelled = sum(len(x.questions or ()) for x in some)
    found = list(examples(some))
    kept = sum(len(x.questions) for x in found)
    assert kept >= 0.97 * labelled
    for example in found:
        for question, label in zip(example.questions, example.labels, strict=True):
            assert example.letter.text[slice(*question.span)] == question.text
            assert question.id == label.id


def test_a_labelled_letter_comes_as_its_sender_would_send_it(letters: list[LabelledLetter]) -> None:
    by_sender = {x.sender: x for x in letters}
    assert as_message(by_sender["automatic"]).headers["auto-submitted"] == "auto-replied"
    assert as_message(by_sender["regulator"]).sender.address.endswith("ico.org.uk")
    message = as_message(by_sender["public"])
    assert message.received is not None
    assert message.received.isoformat().startswith(str(by_sender["public"].received))


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 3}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.jsonl, line 1"):
        load([path])
    with pytest.raises(CorpusError, match=r"corpus\.py build"):
        corpus_files(tmp_path)


def shingles(text: str) -> set[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {" ".join(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}


def test_no_letter_is_another_with_words_changed(letters: list[LabelledLetter]) -> None:
    runs = {x.id: shingles(x.text) for x in letters}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for id_, found in runs.items():
        for run in found:
            holders[run].append(id_)
    shared: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        shared.update((a, b) for i, a in enumerate(ids) for b in ids[:i])
    near = [(a, b) for (a, b), n in shared.items() if n > 3 and n > NEAR * min(len(runs[a]), len(runs[b]))]
    assert near == []


def test_no_letter_copies_a_real_one(letters: list[LabelledLetter]) -> None:
    if not SHARED.is_dir():
        pytest.skip("no real letters lie beside this checkout to compare with")
    real = _texts(p for p in SHARED.rglob("*") if p.suffix in {".txt", ".jsonl", ".eml", ".json"})
    assert real
    copied = {x.id: n for x in letters if (n := len(shingles(x.text) & real)) > STOCK}
    assert copied == {}


def _texts(paths: Iterable[Path]) -> set[str]:
    out: set[str] = set()
    for path in paths:
        if path.is_file():
            out |= shingles(path.read_text(encoding="utf-8", errors="replace").replace("\\n", "\n"))
    return out
