"""The force file: what is one force's own, in TOML, with general defaults for everything.

Without a force file the program works with `Force()`. With one, every key is checked: an unknown key or a value of the
wrong type stops the run before anything is written, with the file, the key and what to do. The keys are described in
`docs/force.example.toml`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from classifier.errors import ForceFileError
from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from pathlib import Path


class District(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policing district. `population` is the number of residents; None where the force has not said.

    Figures on areas of 10,000 people or fewer are treated with more care (the register's small-area conditions).
    """

    name: str
    population: Annotated[int, msgspec.Meta(ge=0)] | None = None


class ReferenceFormat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the force writes its case references: a regular expression, examples of it, or both."""

    pattern: Annotated[str, msgspec.Meta(max_length=200)] = ""
    examples: tuple[str, ...] = ()


class Force(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is a force's own. Every field has a default that suits any force.

    `mail_domains`: domains whose senders are colleagues (`kent.police.uk` takes in its subdomains).
    `departments`: topic id to the department that holds the information; topics left out keep their default.
    `review_window_days`: working days after an answer in which a review may be asked for. The section 45 Code names 40;
    some forces print 20.
    `register_overlay`: a TOML file with the force's own confirmations and rules for the referral register, relative to
    the force file. `casebook`: a database address (`sqlite:///…`, `postgresql+psycopg://…`), taken as it is, or a file
    name, relative to the force file; "" for the one in the output folder.
    """

    name: str = ""
    mail_domains: tuple[str, ...] = ()
    districts: tuple[District, ...] = ()
    departments: dict[str, str] = {}
    reference: ReferenceFormat = ReferenceFormat()
    review_window_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 40
    register_overlay: str = ""
    casebook: str = ""

    def department(self, topic: str) -> str:
        """The department that holds information on `topic`: the force's own, or the taxonomy's; "" for no topic."""
        return self.departments.get(topic) or taxonomy().departments.get(topic, "")


def load_force(path: Path | None) -> Force:
    """The force file at `path` (TOML, UTF-8), or the general defaults where `path` is None.

    File names in it (`register_overlay`, `casebook`) are relative to the force file; they come back as paths that can
    be opened from the working directory. Raises ForceFileError where the file cannot be read, is not TOML, or holds a
    key or value that is not understood.
    """
    if path is None:
        return Force()
    table = read_toml(path, ForceFileError, "there is no such force file. Check the path after --force.")
    try:
        force = msgspec.convert(table, Force)
    except msgspec.ValidationError as e:
        raise ForceFileError(f"{path}: {explain(str(e), table, _FIELDS)}") from e
    _check_values(path, force)
    return msgspec.structs.replace(
        force,
        mail_domains=tuple(d.strip().lower().lstrip("@.") for d in force.mail_domains),
        register_overlay=_beside(path, force.register_overlay),
        casebook=force.casebook if "://" in force.casebook else _beside(path, force.casebook),
    )


def read_toml(path: Path, error: type[Exception], missing: str) -> dict[str, Any]:
    """The table of a file that people write (TOML, UTF-8 with or without a byte order mark).

    Raises `error`, naming the file and what to do; `missing` are its words where there is no such file.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise error(f"{path}: {missing}") from None
    except tomllib.TOMLDecodeError as e:
        raise error(f"{path}: is not valid TOML: {e}. Text values stand in double quotes.") from e
    except (OSError, UnicodeDecodeError) as e:
        raise error(f"{path}: cannot be read as UTF-8 text ({e}). Save it as UTF-8 and try again.") from e


def _beside(force_file: Path, name: str) -> str:
    """A file name as a path from the working directory; "" stays ""."""
    return str(force_file.parent / name) if name else ""


def _check_values(path: Path, force: Force) -> None:
    for i, domain in enumerate(force.mail_domains):
        if not re.fullmatch(r"@?\.?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", domain.strip()):
            raise ForceFileError(
                f'{path}: mail_domains[{i}] is "{domain}", which is no mail domain. '
                'Write the part after the @, such as "kent.police.uk".'
            )
        if domain.strip().lower().lstrip("@.") in {"police.uk", "pnn.police.uk"}:
            raise ForceFileError(
                f'{path}: mail_domains[{i}] is "{domain}", which every force shares. Write your own, such as '
                '"kent.police.uk".'
            )
    topics = taxonomy().topic_ids
    for topic in force.departments:
        if topic not in topics:
            raise ForceFileError(
                f'{path}: departments names "{topic}", which is no topic{_suggest(topic, topics)}. '
                "The topics are listed in corpora/taxonomy.toml."
            )
    try:
        pattern = re.compile(force.reference.pattern, re.IGNORECASE)
    except re.error as e:
        raise ForceFileError(
            f"{path}: reference.pattern is not a regular expression: {e}. Leave it out and give examples instead."
        ) from e
    for example in force.reference.examples if force.reference.pattern else ():
        if not pattern.fullmatch(example):
            raise ForceFileError(
                f'{path}: reference.pattern does not match the example "{example}". Correct one of the two.'
            )


def explain(error: str, table: dict[str, Any], fields: dict[str, list[str]]) -> str:
    """msgspec's message in the words of a TOML file: the key, what is wrong, what to do.

    `fields` are the keys that can stand at the top ("") and in each table.
    """
    message, _, place = error.partition(" - at ")
    key = place.strip().strip("`").removeprefix("$").lstrip(".")
    if m := re.search(r"unknown field `([^`]*)`", message):
        inside = re.sub(r"\[.*", "", key)
        known = fields.get(inside, fields[""])
        name = f"{key}.{m[1]}" if key else m[1]
        return (
            f'the key "{name}" is not known{_suggest(m[1], known)}. '
            f"Keys that can stand {'here' if key else 'at the top'}: {', '.join(known)}."
        )
    if m := re.search(r"missing required field `([^`]*)`", message):
        return f'{key or "the file"} lacks "{m[1]}". Add it.'
    found = _value(table, key)
    shown = "" if found is None else f" (it is {found!r:.60})"
    return f'the key "{key}" has a wrong value{shown}: {message[:1].lower()}{message[1:]}. Correct it or leave it out.'


_FIELDS: dict[str, list[str]] = {
    "": list(Force.__struct_fields__),
    "districts": list(District.__struct_fields__),
    "reference": list(ReferenceFormat.__struct_fields__),
}


def _value(table: Any, key: str) -> Any:
    """The value at a path such as `districts[2].population`; None where there is none."""
    for name, index in re.findall(r"([A-Za-z_]+)|\[(\d+)\]", key):
        if name and isinstance(table, dict):
            table = table.get(name)
        elif index and isinstance(table, list) and int(index) < len(table):
            table = table[int(index)]
        else:
            return None
    return table


def _suggest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f' (did you mean "{near[0]}"?)' if near else ""
