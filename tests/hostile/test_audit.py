"""The pinned versions are held against advisories in a folder, by number and by range; none is passed over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from script_tools import script

if TYPE_CHECKING:
    from pathlib import Path

PINNED = {"lantern-kit": "2.10.0", "other": "1"}


@pytest.fixture(scope="module")
def audit() -> Any:
    return script("audit")


def advisory(
    *events: dict[str, str], name: str = "Lantern.Kit", ecosystem: str = "PyPI", **more: Any
) -> dict[str, Any]:
    affected = {"package": {"name": name, "ecosystem": ecosystem}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": "TEST-1", "modified": "2026-02-03T00:00:00Z", "affected": [affected | more.pop("also", {})]} | more


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "2.9"}], False),  # 2.10 is later than 2.9
        ([{"introduced": "0"}, {"fixed": "2.10.0"}], False),
        ([{"introduced": "0"}, {"fixed": "2.10.1"}], True),
        ([{"introduced": "0"}, {"last_affected": "2.10"}], True),
        ([{"introduced": "0"}, {"last_affected": "2.9.9"}], False),
        ([{"introduced": "3"}], False),
        ([{"introduced": "2.10"}, {"introduced": "0"}, {"fixed": "2.1"}], True),
    ],
)
def test_a_version_is_held_against_ranges(
    audit: Any, tmp_path: Path, events: list[dict[str, str]], counts: bool
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(advisory(*events)), encoding="utf-8")
    (found,) = audit.advisories(tmp_path)
    assert [f.package for f in audit.known(found, PINNED)] == (["lantern-kit"] if counts else [])


def test_a_version_is_held_against_a_list_and_times_may_be_times(audit: Any, tmp_path: Path) -> None:
    text = (
        "id: TEST-2\nmodified: 2026-02-03T00:00:00Z\naliases: [CVE-1]\naffected:\n"
        "- package: {name: lantern-kit, ecosystem: PyPI}\n  versions: ['2.9', '2.10.0']\n"
    )
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.yaml").write_text(text, encoding="utf-8")
    (found,) = audit.advisories(tmp_path)
    assert list(audit.known(found, PINNED)) == [("lantern-kit", "2.10.0", "TEST-2", ("CVE-1",))]


@pytest.mark.parametrize("change", [{"withdrawn": "2026-03-01T00:00:00Z"}, {"ecosystem": "npm"}, {"name": "lantern"}])
def test_what_is_withdrawn_or_about_something_else_does_not_count(
    audit: Any, tmp_path: Path, change: dict[str, str]
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(advisory({"introduced": "0"}, **change)), encoding="utf-8")
    (found,) = audit.advisories(tmp_path)
    assert list(audit.known(found, PINNED)) == []


def test_the_exit_code_tells_known_from_nothing_known_from_not_looked_at(
    audit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(audit.pins()) > 60
    assert audit.main([str(tmp_path)]) == 2
    path = tmp_path / "a.json"
    path.write_text(json.dumps(advisory({"introduced": "0"})), encoding="utf-8")
    assert audit.main([str(tmp_path)]) == 0
    assert "0 known" in capsys.readouterr().out
    monkeypatch.setattr(audit, "pins", lambda: PINNED)
    assert audit.main([str(tmp_path)]) == 1
    assert "lantern-kit 2.10.0: TEST-1" in capsys.readouterr().out
    path.write_text('{"id": "TEST-1", "modified": "", "affected": 3}', encoding="utf-8")
    assert audit.main([str(tmp_path)]) == 2
