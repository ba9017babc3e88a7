"""The second reading's tool: labels out and in again change nothing; two readings give one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from script_tools import script

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
AUTHORED = """@@ test-001
subject: Dogs
received: 2024-02-29
kind: new_request
--
1. <q t="animals_dogs" x="s12">How many dogs bite?</q>
2. <q n="2" t="fleet" r="TEC-06">Which vans have no badge?</q>
<format>By e-mail.</format>
"""


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    module = script("annotate")
    (tmp_path / "authored").mkdir()
    (tmp_path / "authored" / "test.letters").write_text(AUTHORED, encoding="utf-8")
    monkeypatch.setattr(module, "AUTHORED", tmp_path / "authored")
    return module


def reading(tool: Any, *, topics: tuple[str, ...], grounds: tuple[str, ...], kind: str = "new_request") -> Any:
    first = tool.Item(topics, grounds, ())
    return tool.Reading((kind,), False, topics[:1], {"q1": first, "q2": tool.Item(("fleet",), (), ("TEC-06",))})


def test_applied_labels_stand_in_the_letter_and_nothing_else_moves(tool: Any, tmp_path: Path) -> None:
    tool.apply({"test-001": reading(tool, topics=("drugs", "animals_dogs"), grounds=())})
    changed = (tmp_path / "authored" / "test.letters").read_text(encoding="utf-8")
    assert '1. <q t="drugs animals_dogs">How many dogs bite?</q>' in changed
    assert '2. <q n="2" t="fleet" r="TEC-06">Which vans have no badge?</q>\n<format>By e-mail.</format>' in changed
    assert "topics: drugs\n--\n" in changed


def test_a_ground_stands_where_both_name_it_and_decisions_win(tool: Any) -> None:
    one = {"test-001": reading(tool, topics=("animals_dogs",), grounds=("s12", "s31(1)"))}
    two = {"test-001": reading(tool, topics=("fleet",), grounds=("s40(2)", "s12"), kind="chaser")}
    decided = {("test-001", "q1 topics"): "drugs", ("test-001", "kind"): "follow_up+new_request"}
    found = tool.resolve(one, two, decided)["test-001"]
    assert found.items["q1"] == tool.Item(("drugs",), ("s12",), ())
    assert found.kinds == ("follow_up", "new_request")
    assert found.topics == ("fleet",)


def test_what_is_written_is_read_again(tool: Any, tmp_path: Path) -> None:
    given = {"test-001": reading(tool, topics=("fleet",), grounds=("s12",))}
    tool.write(given, tmp_path / "out")
    assert tool.read(tmp_path / "out") == given


def test_agreement_is_whole_with_oneself_and_less_with_another(tool: Any, capsys: pytest.CaptureFixture[str]) -> None:
    one = {"test-001": reading(tool, topics=("fleet",), grounds=("s12",))}
    tool.agree(one, one)
    assert "main one same 1.000" in capsys.readouterr().out
    tool.agree(one, {"test-001": reading(tool, topics=("drugs",), grounds=("s12",))})
    assert "main one same 0.500" in capsys.readouterr().out
