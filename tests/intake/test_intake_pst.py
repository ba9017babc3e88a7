"""Outlook data files: messages as internet mail, and a reader that dies, hangs or refuses costs what it was at.

The library is stood in for by a module of its shape, so that it can be made to fail; real files are read by hand, as
none may be kept here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from classifier.intake import Limits, find_items, pst, read_export

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = """
import datetime, os, sys, time
class entry:
    def __init__(self, tag, kind, data):
        self.entry_type, self.value_type, self.data = tag, kind, data
    def get_data(self): return self.data
    def get_data_as_integer(self): return int.from_bytes(self.data, "little")
class records:
    def __init__(self, *entries): self.entries = entries
def text(tag, said): return entry(tag, 0x1F, said.encode("utf-16-le"))
class attachment:
    number_of_sub_items = 0
    def __init__(self, name, data):
        self.data, self.record_sets = data, [records(text(0x3707, name), text(0x370E, "text/plain"))]
    def get_size(self): return len(self.data)
    def read_buffer(self, size): return self.data[:size]
class table:
    record_sets = [records(text(0x3001, "FOI"), text(0x39FE, "foi@wealdmere.police.example"), entry(0x0C15, 3, b"\\1"))]
class message:
    plain_text_body, recipients = b"", table()
    def __init__(self, subject, body, kind="IPM.Note", files=()):
        self.subject, self.body, self.files = subject, body, files
        self.record_sets = [records(text(0x1A, kind), text(0x37, subject), text(0x0C1A, "Zo\\u00eb Quince"),
                                    text(0x5D01, "zoe@mail.example"))]
        self.number_of_attachments = len(files)
    def get_plain_text_body(self):
        if self.body == "die": os._exit(9)
        if self.body == "hang": time.sleep(60)
        return self.body.encode()
    def get_html_body(self): return None
    def get_rtf_body(self): return None
    def get_subject(self): return self.subject
    def get_transport_headers(self): return None
    def get_delivery_time(self): return datetime.datetime(2026, 9, 1, 9, 30)
    def get_client_submit_time(self): return None
    def get_attachment(self, number): return self.files[number]
class folder:
    def __init__(self, name, items, inner=()):
        self.name, self.items, self.inner = name, items, inner
        self.number_of_sub_messages, self.number_of_sub_folders = len(items), len(inner)
    def get_sub_message(self, n):
        if self.items[n] is None: raise OSError("libpff: unable to retrieve sub message")
        return self.items[n]
    def get_sub_folder(self, n): return self.inner[n]
class file:
    def open(self, path):
        self.said = open(path, "rb").read()[4:].decode().split()
        if "refuse" in self.said: raise OSError("libpff: unable to read file header")
    def get_root_folder(self):
        items = [message(f"Letter {n}", said if said in ("die", "hang") else f"How many {said}?")
                 if said != "damaged" else None for n, said in enumerate(self.said, 1)]
        card = message("A card", "x", "IPM.Contact")
        enclosed = message("With a file", "How many whistles? See below.", files=[
            attachment("list.txt", b"Whistles, and bells?")])
        return folder(None, [], [folder("Inbox", [card, *items]), folder("Old", [enclosed])])
"""


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pypff.py").write_text(LIBRARY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "lib"), os.environ.get("PYTHONPATH", "")]))


def _file(tmp_path: Path, *items: str) -> Path:
    path = tmp_path / "box.pst"
    path.write_bytes(pst.MARK + " ".join(items).encode())
    return path


def test_messages_come_as_mail_and_cards_do_not(tmp_path: Path) -> None:
    path = _file(tmp_path, "lanterns", "ropes")
    found = list(read_export([path]))
    assert [m.subject for m in found] == ["Letter 1", "Letter 2", "With a file"]
    assert [m.source for m in found] == [f"{path}#Inbox/1", f"{path}#Inbox/2", f"{path}#Old/3"]
    first = found[0]
    assert first.body.strip() == "How many lanterns?"
    assert (first.sender.name, first.sender.address) == ("Zoë Quince", "zoe@mail.example")
    assert first.received is not None
    assert (first.received.isoformat(), first.received_basis) == ("2026-09-01T10:30:00+01:00", "received header")
    assert found[2].documents[0].text == "Whistles, and bells?"
    again = [item.data for item in find_items([path])]
    assert again == [item.data for item in find_items([path])]


@pytest.mark.parametrize(
    ("said", "code"), [("die", "reader-crashed"), ("hang", "timed-out"), ("damaged", "unreadable")]
)
def test_a_message_that_breaks_the_reader_costs_itself(said: str, code: str, tmp_path: Path) -> None:
    limits = Limits(child_seconds=4.0)
    found = list(read_export([_file(tmp_path, "lanterns", said, "ropes")], limits=limits))
    assert [m.subject for m in found] == ["Letter 1", "", "Letter 3", "With a file"]
    assert [p.code for p in found[1].problems] == [code]


def test_a_reader_that_always_dies_is_given_up(tmp_path: Path) -> None:
    found = list(read_export([_file(tmp_path, *["die"] * 6)], limits=Limits(pst_deaths=2)))
    assert [p.code for m in found for p in m.problems] == ["reader-crashed"] * 3
    assert "given up" in found[-1].problems[0].detail


def test_a_file_that_is_refused_and_a_library_that_is_missing_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, "refuse")
    (message,) = read_export([path])
    assert [p.code for p in message.problems] == ["unreadable"]

    def none(_: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", none)
    (message,) = read_export([path])
    assert [p.code for p in message.problems] == ["extra-missing"]
    assert "foi-triage[pst]" in message.problems[0].detail
