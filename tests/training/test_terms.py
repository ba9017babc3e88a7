from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import CorpusError
from classifier.taxonomy import taxonomy
from classifier.training.terms import load_terms

CORPORA = Path(__file__).resolve().parents[2] / "corpora"


def test_every_topic_has_its_terms_and_a_term_has_few_topics() -> None:
    terms = load_terms(CORPORA)
    by_topic = {t: [term for term, topics in terms if t in topics] for t in taxonomy().topic_ids}
    assert [t for t, mine in by_topic.items() if len(mine) < 30] == []
    assert [term for term, topics in terms if len(topics) > 2] == []
    assert [term for term, _ in terms if not 2 <= len(term) <= 70 or term != " ".join(term.split())] == []


def test_a_term_of_two_topics_is_one_example(tmp_path: Path) -> None:
    (tmp_path / "terms.toml").write_text('fleet = """police vans,\nfuel"""\ndrugs = "fuel"\n', encoding="utf-8")
    assert load_terms(tmp_path) == [("police vans", ("fleet",)), ("fuel", ("fleet", "drugs"))]


def test_a_folder_without_terms_has_none_and_a_wrong_topic_is_an_error(tmp_path: Path) -> None:
    assert load_terms(tmp_path) == []
    (tmp_path / "terms.toml").write_text('gardening = "hedges"\n', encoding="utf-8")
    with pytest.raises(CorpusError, match="gardening"):
        load_terms(tmp_path)
    (tmp_path / "terms.toml").write_text("fleet = \n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"terms\.toml"):
        load_terms(tmp_path)
