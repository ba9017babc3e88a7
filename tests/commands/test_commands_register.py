from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Foi

ANNOUNCED = {
    "rule": "RSO-01",
    "level": "mandatory",
    "from": "2031-05-06",
    "words": "Requests on registered offenders are mandatory referrals again.",
    "source": "CRU circulation 12/31",
    "letter": "ab" * 32,
}


def shown(foi: Foi, *arguments: object) -> dict[str, dict[str, str | None]]:
    said = foi("register", "show", *arguments)
    assert said.code == 0, said.err
    return {r["rule"]: r for r in json.loads(said.out)}


def test_show_gives_each_rule_as_it_stands_on_the_day(foi: Foi) -> None:
    before, after = shown(foi, "--on", "2023-01-24"), shown(foi, "--on", "2023-01-25")
    assert before["RSO-01"]["level"] == "mandatory"
    assert before["RSO-01"]["effective_to"] == "2023-01-24"
    assert after["RSO-01"]["level"] == "withdrawn"
    assert {r["confirmed"] for r in after.values()} == {None}


def test_show_on_a_terminal_is_a_table_that_fits_80_columns(foi: Foi) -> None:
    rules = shown(foi)
    lines = foi("register", "show", terminal=True).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [x.split()[0] for x in lines if x.split() and x.split()[0] in rules] == list(rules)


def test_diff_names_what_changed_between_two_days(foi: Foi) -> None:
    changes = json.loads(foi("register", "diff", "2023-01-01", "2024-01-01").out)
    assert [(c["rule"], c["before"], c["after"], c["since"]) for c in changes] == [
        ("RSO-01", "mandatory", "withdrawn", "2023-01-25")
    ]
    table = foi("register", "diff", "2023-01-01", "2024-01-01", terminal=True).out
    assert "RSO-01" in table
    assert "2023-01-25" in table
    same = foi("register", "diff", "2024-01-01", "2024-02-01", terminal=True)
    assert same.out == "no rule changed between 2024-01-01 and 2024-02-01\n"


def test_a_day_that_is_none_is_wrong_usage(foi: Foi) -> None:
    said = foi("register", "diff", "2023-02-30", "2024-01-01")
    assert said.code == 2
    assert "write it as 2026-03-31" in said.err


def test_check_runs_every_phrase_and_ends_with_1_where_one_fails(foi: Foi, force_file: Path) -> None:
    (force_file.parent / "own.toml").write_text(
        '[[rule]]\nid = "OWN-01"\nsubject = "Police horses"\ntrigger = "horses"\nlevels = [{ level = "advised" }]\n'
        'patterns = ["police horse+"]\nmust_fire = ["How many police horses are there?", "How many donkeys?"]\n'
        'must_not_fire = ["Clothes horses bought for the canteen"]\n',
        encoding="utf-8",
    )
    said = foi("register", "check", "--force", force_file)
    report = json.loads(said.out)
    assert said.code == 1
    assert report["phrases"] > 200
    assert [(f["rule"], f["expected"], f["phrase"]) for f in report["failures"]] == [
        ("OWN-01", "fires", "How many donkeys?")
    ]


def test_confirm_writes_the_overlay_beside_the_force_file(
    foi: Foi, force_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    said = foi(
        "register", "confirm", "COV-01", "--who", "A. Officer", "--list-date", "2026-01-05", "--force", force_file
    )
    assert said.code == 0, said.err
    assert (force_file.parent / "own.toml").exists()
    rules = shown(foi, "--force", force_file)
    assert str(rules["COV-01"]["confirmed"]).startswith("A. Officer, ")
    assert str(rules["COV-01"]["confirmed"]).endswith("against the list of 2026-01-05")
    assert rules["COV-02"]["confirmed"] is None


def test_confirm_refuses_what_cannot_be_and_writes_nothing(foi: Foi, force_file: Path) -> None:
    signed = ("--who", "A. Officer", "--list-date", "2026-01-05", "--force", force_file)
    unknown = foi("register", "confirm", "COV-99", *signed)
    assert unknown.code == 2
    assert "COV-01" in unknown.err
    later = foi("register", "confirm", "COV-01", *signed, "--list-date", "2999-01-05")
    assert (later.code, "lies after the confirmation" in later.err) == (2, True)
    nobody = foi("register", "confirm", "COV-01", *signed, "--who", " ")
    assert nobody.code == 2
    assert not (force_file.parent / "own.toml").exists()


def test_a_force_file_without_an_overlay_is_told_to_name_one(foi: Foi, force_file: Path) -> None:
    force_file.write_text('name = "Thornshire Police"\n', encoding="utf-8")
    said = foi("register", "confirm", "COV-01", "--who", "A", "--list-date", "2026-01-05", "--force", force_file)
    assert said.code == 2
    assert "register_overlay = " in said.err


def results(tmp_path: Path, *proposals: object) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"read": 1, "proposals": proposals}), encoding="utf-8")
    return folder


def test_accept_puts_an_announced_change_into_the_overlay(foi: Foi, force_file: Path, tmp_path: Path) -> None:
    out = results(tmp_path, ANNOUNCED)
    said = foi("register", "accept", out, 1, "--who", "B. Head", "--force", force_file)
    assert said.code == 0, said.err
    assert shown(foi, "--force", force_file, "--on", "2031-05-05")["RSO-01"]["level"] == "withdrawn"
    assert shown(foi, "--force", force_file, "--on", "2031-05-06")["RSO-01"]["level"] == "mandatory"
    assert shown(foi, "--on", "2031-05-06")["RSO-01"]["level"] == "withdrawn"
    assert "CRU circulation 12/31, accepted by B. Head" in (force_file.parent / "own.toml").read_text(encoding="utf-8")


def test_accept_lets_a_person_choose_rule_and_day(foi: Foi, force_file: Path, tmp_path: Path) -> None:
    out = results(tmp_path, {**ANNOUNCED, "rule": None, "words": None})
    signed = ("--who", "B. Head", "--force", force_file)
    open_rule = foi("register", "accept", out, 1, *signed)
    assert open_rule.code == 2
    assert "--rule" in open_rule.err
    assert foi("register", "accept", out, 1, *signed, "--rule", "COV-01", "--from", "2030-02-01").code == 0
    assert shown(foi, "--force", force_file, "--on", "2030-02-01")["COV-01"]["level"] == "mandatory"
    assert shown(foi, "--force", force_file, "--on", "2030-02-01")["COV-01"]["effective_from"] == "2030-02-01"


def test_accept_refuses_what_is_not_there(foi: Foi, force_file: Path, tmp_path: Path) -> None:
    signed = ("--who", "B. Head", "--force", force_file)
    out = results(tmp_path, ANNOUNCED)
    assert "has 1 proposals" in foi("register", "accept", out, 2, *signed).err
    assert foi("register", "accept", out, 1, "--who", "", "--force", force_file).code == 2
    assert "run.json" in foi("register", "accept", tmp_path, 1, *signed).err
    (out / "run.json").write_text("{", encoding="utf-8")
    assert foi("register", "accept", out, 1, *signed).code == 2
    assert not (force_file.parent / "own.toml").exists()
