from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from classifier.errors import CorpusError
from classifier.model.encoder import Encoder
from classifier.records import LabelledLetter, LabelledQuestion
from classifier.resources import ENCODER, data_file
from classifier.training.corpus import load
from classifier.training.evaluate import on_held_out_voices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conftest import Foi

# The shortest that the form allows: no annotator, date, source; questions by their first words.
GOLD: list[Mapping[str, object]] = [
    {
        "id": "g1",
        "text": "Dear Sir,\n\n1. How many police dogs were retired in 2023?\n2. What did their kennels cost?\n",
        "kind": "new_request",
        "questions": [
            {"number": "1", "start": "How many police dogs were retired", "kind": "request"},
            {"number": "2", "start": "What did their kennels cost", "kind": "request"},
        ],
        "topics": ["animals_dogs"],
        "exemptions": [],
        "referral": [],
    },
    {
        "id": "g2",
        "text": "Please tell me how many informants (CHIS) the force ran last year, and what they were paid.",
        "kind": "new_request",
        "questions": [{"start": "Please tell me how many informants"}],
        "topics": ["covert_surveillance"],
        "exemptions": ["s31(1)"],
        "referral": ["COV-01"],
    },
    {
        "id": "g3",
        "text": "I have had no reply to my request of 3 May, which is now overdue. When may I expect it?",
        "kind": "chaser",
    },
]


def gold(tmp_path: Path, letters: Sequence[Mapping[str, object]]) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in letters), encoding="utf-8")
    return path


def test_a_gold_file_is_measured_by_the_whole_program(foi: Foi, tmp_path: Path) -> None:
    said = foi("evaluate", gold(tmp_path, GOLD))
    assert said.code == 0, said.err
    figures = {f["name"]: f for f in json.loads(said.out)}
    assert figures["kind of message: right"]["n"] == 3
    baseline = figures["kind of message, baseline: always new_request: right"]
    assert (baseline["value"], baseline["n"]) == (pytest.approx(2 / 3), 3)
    assert (figures["questions: F1"]["value"], figures["questions: F1"]["n"]) == (1.0, 2)
    assert figures["questions: letters split exactly"]["value"] == 1.0
    assert figures["questions, baseline: sentences with a question mark: F1"]["value"] == pytest.approx(0.8)
    assert figures["topics: first label among the true"]["n"] == 2
    assert figures["exemptions: first label among the true"]["n"] == 1
    assert figures["referral letters caught"]["value"] == 1.0
    assert "topics, baseline: nearest definition: average precision, all labels" in figures
    for f in figures.values():
        assert f["low"] is None or 0 <= f["low"] <= f["value"] <= f["high"] <= 1, f["name"]


def test_what_was_not_judged_is_not_measured(foi: Foi, tmp_path: Path) -> None:
    table = foi("evaluate", gold(tmp_path, GOLD[2:]), terminal=True).out
    assert "kind of message: right" in table
    assert "topics" not in table
    assert "referral" not in table
    assert max(map(len, table.splitlines())) <= 80


def test_a_gold_file_that_is_not_there_or_not_of_the_form_is_wrong_usage(foi: Foi, tmp_path: Path) -> None:
    missing = foi("evaluate", tmp_path / "none.jsonl")
    assert missing.code == 2
    assert "none.jsonl" in missing.err
    bad = foi("evaluate", gold(tmp_path, [GOLD[0], {"id": "x", "text": "words", "kind": "love_letter"}]))
    assert bad.code == 2
    assert "line 2" in bad.err
    nothing = foi("evaluate", "--corpus", tmp_path)
    assert nothing.code == 2
    assert "no letters here" in nothing.err


def test_line_separators_inside_a_letter_and_a_byte_order_mark_do_not_cut_lines(tmp_path: Path) -> None:
    path = gold(tmp_path, [{"id": "a", "text": "one\u2028two\x85three"}, {"id": "b", "text": "four"}])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\n")
    assert [(x.id, x.text, x.kind) for x in load([path])] == [("a", "one\u2028two\x85three", None), ("b", "four", None)]
    path.write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match="line 1"):
        load([path])


SUBJECTS = {
    "animals_dogs": ("s31(1)", "police dogs", "kennels", "retired horses"),
    "fleet": ("s43", "patrol cars", "fuel for vans", "motorcycle repairs"),
    "estates_custody_sites": ("s12", "police stations", "heating of buildings", "roof repairs"),
}


def corpus() -> list[LabelledLetter]:
    """Six voices, who each ask of three subjects in words that are the subject's own."""
    out: list[LabelledLetter] = []
    for voice in range(6):
        for topic, (ground, *words) in SUBJECTS.items():
            for n, thing in enumerate(words):
                text = f"Please tell me what the force spent on {thing} and on {words[(n + 1) % 3]} in 20{voice + 10}."
                item = LabelledQuestion(
                    id="q1", span=(0, len(text)), topics=(topic,), exemptions=(ground,), referral=()
                )
                out.append(
                    LabelledLetter(
                        id=f"{voice}-{topic}-{n}", source=f"voice {voice}", text=text, kind="new_request",
                        questions=(item,), topics=(topic,), exemptions=(ground,),
                    )
                )  # fmt: skip
    return out


def test_voices_are_judged_by_what_never_saw_them_beside_baselines() -> None:
    figures = {f.name: f for f in on_held_out_voices(corpus(), Encoder(data_file(ENCODER)))}
    mine = figures["topics, this model: average precision, all labels"]
    assert mine.n == 54
    assert mine.low <= mine.value <= mine.high
    # The subjects' words come back in every voice, so the model must do far better than a guess.
    assert mine.value > 0.9
    assert figures["topics, baseline: how common each label is: average precision, all labels"].value < 0.5
    assert figures["grounds, baseline: word n-grams, logistic regression: average precision, all labels"].value > 0.5
    assert "topics, baseline: nearest definition: average precision, all labels" in figures
