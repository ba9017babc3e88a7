"""The force file: defaults, the shipped example, and what a person reads when a key is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from classifier.errors import ForceFileError
from classifier.force import Force, load_force
from classifier.taxonomy import taxonomy

EXAMPLE = Path(__file__).parent.parent / "docs" / "force.example.toml"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "force.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_are_general_defaults():
    force = load_force(None)
    assert force == Force()
    assert force.review_window_days == 40
    assert force.department("fleet") == "Fleet"


def test_the_shipped_example_loads_and_names_every_key():
    force = load_force(EXAMPLE)
    assert force.name == "Estuary Police"
    assert [d.population for d in force.districts] == [48200, 9400, None]
    text = EXAMPLE.read_text(encoding="utf-8")
    assert all(name in text for name in Force.__struct_fields__)


def test_own_department_wins_and_the_others_keep_their_default(tmp_path: Path):
    force = load_force(write(tmp_path, '[departments]\nfleet = "Garage"\n'))
    assert force.department("fleet") == "Garage"
    assert force.department("drugs") == "Crime"
    assert force.department("no_such_topic") == ""


def test_every_topic_of_the_taxonomy_has_a_default_department():
    topics = taxonomy().topic_ids
    assert len(topics) == len(set(topics)) == 49
    assert [t for t in topics if not Force().department(t).strip()] == []


def test_domains_are_normalised(tmp_path: Path):
    assert load_force(write(tmp_path, 'mail_domains = ["@Kent.Police.UK"]')).mail_domains == ("kent.police.uk",)


def test_the_overlay_is_found_beside_the_force_file(tmp_path: Path):
    force = load_force(write(tmp_path, 'register_overlay = "own.toml"'))
    assert Path(force.register_overlay) == tmp_path / "own.toml"


def test_a_casebook_file_is_found_beside_the_force_file_and_an_address_is_kept(tmp_path: Path):
    assert load_force(write(tmp_path, 'casebook = "cases.sqlite"')).casebook == str(tmp_path / "cases.sqlite")
    for address in ("sqlite:///D:/foi/casebook.sqlite", "postgresql+psycopg://foi@dbserver/foi", ""):
        assert load_force(write(tmp_path, f'casebook = "{address}"')).casebook == address


def test_a_byte_order_mark_from_a_windows_editor_is_no_error(tmp_path: Path):
    path = tmp_path / "force.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "Estuary"\r\n')
    assert load_force(path).name == "Estuary"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('mail_domain = ["a.police.uk"]', ['"mail_domain"', 'did you mean "mail_domains"?']),
        ("review_window_days = 'forty'", ["review_window_days", "'forty'"]),
        ("review_window_days = 0", ["review_window_days"]),
        ("[[districts]]\nname = 'A'\npeople = 3", ["districts", "people", "population"]),
        ("[[districts]]\npopulation = 3", ["districts", '"name"']),
        ("[[districts]]\nname = 'A'\npopulation = 'many'", ["districts[0].population", "'many'"]),
        ("[reference]\npattern = '('", ["reference.pattern", "regular expression"]),
        ("[reference]\npattern = 'X\\d+'\nexamples = ['Y1']", ["Y1"]),
        ("[departments]\nfleets = 'Garage'", ['"fleets"', 'did you mean "fleet"?']),
        ('mail_domains = ["police.uk"]', ["mail_domains[0]", "every force"]),
        ('mail_domains = ["foi team"]', ["mail_domains[0]", "no mail domain"]),
        ("name = Estuary", ["TOML"]),
    ],
)
def test_an_error_names_the_file_the_key_and_what_to_do(tmp_path: Path, text: str, words: list[str]):
    path = write(tmp_path, text)
    with pytest.raises(ForceFileError) as caught:
        load_force(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert all(word in message for word in words), message


def test_a_missing_file_is_said_so(tmp_path: Path):
    with pytest.raises(ForceFileError, match="no such force file"):
        load_force(tmp_path / "none.toml")


def test_a_file_that_is_not_text_is_said_so(tmp_path: Path):
    path = tmp_path / "force.toml"
    path.write_bytes(b"\xff\xfe\x00n")
    with pytest.raises(ForceFileError, match="UTF-8"):
        load_force(path)


def test_a_force_cannot_be_changed():
    with pytest.raises(AttributeError):
        Force().name = "other"  # type: ignore[misc]
    assert msgspec.json.decode(msgspec.json.encode(Force()), type=Force) == Force()
