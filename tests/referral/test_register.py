from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from classifier.errors import RegisterError
from classifier.referral.overlay import accept_change, confirm
from classifier.referral.register import LevelChange, diff, levels, load_register, shipped_rules, show

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """
version = "7"
[words]
fish = ["trout+"]
[[rule]]
id = "FIS-01"
subject = "Fish"
trigger = "fish"
patterns = ["{fish}"]
levels = [{ level = "mandatory", to = 2020-12-31 }, { level = "advised", from = 2021-01-01 }]
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_names_of_the_rules_are_there_without_compiling_a_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tuple(load_register().rules.values())
    monkeypatch.setattr("classifier.referral.register.Register", None)
    assert shipped_rules() == rules


def test_the_shipped_register_has_its_41_rules_and_nothing_confirmed() -> None:
    register = load_register()
    assert len(register.rules) == 41
    assert register.confirmed == {}
    documented = {r.id for r in register.rules.values() if r.evidence == "documented"}
    assert documented == {"RSO-01", "RSO-02"}
    assert all(r.must_fire and r.must_not_fire for r in register.rules.values())


@pytest.mark.parametrize(
    ("rule", "day", "level"),
    [
        ("RSO-01", date(2023, 1, 24), "mandatory"),
        ("RSO-01", date(2023, 1, 25), "withdrawn"),
        ("RSO-02", date(2022, 9, 21), None),
        ("RSO-02", date(2022, 9, 22), "advised"),
        ("COV-05", date(2012, 1, 1), "mandatory"),  # only a year is known: it fires at any date
        ("TEC-02", date(2015, 1, 1), "advised"),
    ],
)
def test_levels_by_day(rule: str, day: date, level: str | None) -> None:
    assert levels(load_register().rules[rule], day) == level


def test_diff_says_what_changed_and_since_when() -> None:
    changes = diff(load_register(), date(2022, 1, 1), date(2023, 2, 1))
    assert [(c.rule, c.before, c.after, c.since) for c in changes] == [
        ("RSO-01", "mandatory", "withdrawn", date(2023, 1, 25)),
        ("RSO-02", None, "advised", date(2022, 9, 22)),
    ]


def test_show_has_a_line_for_every_rule_with_its_dates() -> None:
    lines = {x.rule: x for x in show(load_register(), date(2022, 1, 1))}
    assert (lines["RSO-01"].level, lines["RSO-01"].effective_to) == ("mandatory", date(2023, 1, 24))
    assert lines["RSO-02"].level is None
    assert lines["RSO-01"].caveat


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('level = "mandatory", to', 'level = "obligatory", to'), r"rule FIS-01: levels\[0\]\.level"),
        (('subject = "Fish"', "subject = 3"), "rule FIS-01: subject"),
        (('trigger = "fish"', 'tigger = "fish"'), "rule FIS-01"),
        (('["{fish}"]', '["{fowl}"]'), r"rule FIS-01: patterns\[1\].*\{fowl\}"),
        (("from = 2021-01-01", "from = 2020-06-01"), r"rule FIS-01: levels\[2\]: begins before"),
        (("to = 2020-12-31", "to = 2020-12-31, from = 2021-01-01"), r"'to' lies before 'from'"),
        (('version = "7"', 'vision = "7"'), "unknown key 'vision'"),
        (("[words]", "[words"), "not valid TOML"),
    ],
)
def test_an_error_names_the_file_the_rule_and_the_key(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in SMALL
    path = write(tmp_path / "mine.toml", SMALL.replace(*change))
    with pytest.raises(RegisterError, match=said) as error:
        load_register(path)
    assert "mine.toml" in str(error.value)


def test_a_rule_given_twice_is_refused(tmp_path: Path) -> None:
    twice = SMALL + SMALL[SMALL.index("[[rule]]") :]
    with pytest.raises(RegisterError, match="rule FIS-01: id: given twice"):
        load_register(write(tmp_path / "r.toml", twice))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"nowhere\.toml: there is no such file"):
        load_register(tmp_path / "nowhere.toml")


def test_a_confirmation_is_kept_in_the_forces_own_file(tmp_path: Path) -> None:
    overlay = tmp_path / "ours" / "overlay.toml"
    confirm(overlay, "NS-01", 'P. "Pip" Ünal', date(2024, 2, 1), on=date(2024, 3, 4))
    confirm(overlay, "NS-01", "Q. Dale", date(2025, 2, 1), on=date(2025, 3, 4))
    register = load_register(overlay=overlay)
    assert register.version.endswith("+overlay.toml")
    assert str(register.confirmed["NS-01"]) == "Q. Dale, 2025-03-04, against the list of 2025-02-01"
    assert "Ünal" in overlay.read_text(encoding="utf-8")
    assert load_register().confirmed == {}


def test_what_people_wrote_in_the_overlay_stays(tmp_path: Path) -> None:
    overlay = write(tmp_path / "overlay.toml", "# ask Sam before changing this\n")
    confirm(overlay, "NS-01", "Q. Dale", date(2024, 2, 1), on=date(2024, 3, 4))
    assert overlay.read_text(encoding="utf-8").startswith("# ask Sam before changing this\n")
    assert [p.name for p in tmp_path.iterdir()] == ["overlay.toml"]


@pytest.mark.parametrize(
    ("rule", "who", "list_date", "said"),
    [
        ("NS-99", "Q. Dale", date(2024, 1, 1), "no rule 'NS-99'; near it are NS-01"),
        ("NS-01", "  ", date(2024, 1, 1), "name of the person"),
        ("NS-01", "Q. Dale", date(2024, 6, 1), "lies after the confirmation"),
    ],
)
def test_a_confirmation_that_cannot_stand_is_refused(
    tmp_path: Path, rule: str, who: str, list_date: date, said: str
) -> None:
    overlay = tmp_path / "overlay.toml"
    with pytest.raises(RegisterError, match=said):
        confirm(overlay, rule, who, list_date, on=date(2024, 3, 4))
    assert not overlay.exists()


def test_an_accepted_change_ends_the_level_before_it(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.toml"
    accept_change(overlay, LevelChange(rule="NS-03", level="withdrawn", start=date(2025, 6, 2), source="CRU 9/25"))
    rule = load_register(overlay=overlay).rules["NS-03"]
    assert levels(rule, date(2025, 6, 1)) == "mandatory"
    assert levels(rule, date(2025, 6, 2)) == "withdrawn"


def test_a_force_can_add_its_own_rule_and_words(tmp_path: Path) -> None:
    overlay = write(tmp_path / "overlay.toml", SMALL.replace('version = "7"', "").replace("trout+", "herring+"))
    register = load_register(overlay=overlay)
    assert len(register.rules) == 42
    assert register.patterns["FIS-01"]


def test_a_change_of_an_unknown_rule_is_named(tmp_path: Path) -> None:
    overlay = write(tmp_path / "overlay.toml", '[[change]]\nrule = "ZZ-1"\nlevel = "advised"\nfrom = 2024-01-01\n')
    with pytest.raises(RegisterError, match="no rule 'ZZ-1'"):
        load_register(overlay=overlay)
