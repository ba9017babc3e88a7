"""Walking an export: folders, mailboxes, Maildir, archives, and what must not be followed or unpacked."""

from __future__ import annotations

import io
import os
import pickle
import sys
import zipfile
from pathlib import Path

import pytest
from intake_tools import codes
from script_tools import script

from classifier.errors import InputMissing
from classifier.intake import Limits, child, describe_formats, find_items, mbox, parse_item, read_export

MAIL = (
    "From: {n}@example.org\nTo: foi@police.example\nSubject: letter {n}\nDate: Tue, 05 Mar 2024 09:30:00 +0000\n\n"
    "How many {n}?\n"
)


def letter(n: object) -> bytes:
    return MAIL.format(n=n).encode()


def sources(root: Path, *paths: Path, limits: Limits | None = None) -> list[str]:
    found = find_items(paths or (root,), limits or Limits())
    return [item.source.replace(str(root), "").replace(os.sep, "/") for item in found]


def test_a_folder_is_read_in_a_stable_order_at_any_depth(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.eml", "b/2.eml", "b/10.eml", "a.eml"):
        (tmp_path / name).write_bytes(letter(name))
    assert sources(tmp_path) == ["/a.eml", "/b/10.eml", "/b/2.eml", "/c.eml"]


def test_clutter_of_file_managers_is_no_input_and_everything_else_is(tmp_path: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "._a.eml", "a.eml", "notes.xyz"):
        (tmp_path / name).write_bytes(b"\0\1\2" if name == "notes.xyz" else letter(1))
    messages = list(read_export([tmp_path]))
    assert [codes(m) for m in messages] == [[], ["unknown-format"]]


@pytest.mark.parametrize("content", [{}, {"photo.png": b"\x89PNG\r\n\x1a\n"}])
def test_missing_paths_and_folders_without_letters_stop_before_anything_is_read(
    tmp_path: Path, content: dict[str, bytes]
) -> None:
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputMissing, match="no letters"):
        find_items([tmp_path])
    with pytest.raises(InputMissing, match="no such file"):
        read_export([tmp_path / "missing"])
    with pytest.raises(InputMissing):
        find_items([])


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes need rights that Windows users lack")
def test_links_and_devices_are_not_followed_but_said(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter(1))
    (tmp_path / "link.eml").symlink_to(tmp_path / "a.eml")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.eml")
    found = {Path(m.source).name: codes(m) for m in read_export([tmp_path])}
    assert found == {"a.eml": [], "link.eml": ["not-a-file"], "loop": ["not-a-file"], "pipe.eml": ["not-a-file"]}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps names as Unicode")
def test_names_that_are_no_unicode_can_be_written_down(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.eml")).write_bytes(letter(1))
    (message,) = read_export([tmp_path])
    assert message.source.encode("utf-8").endswith("caf\ufffd.eml".encode())
    assert message.subject == "letter 1"


def test_folders_that_are_too_deep_are_said(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "x.eml").write_bytes(letter(1))
    (tmp_path / "y.eml").write_bytes(letter(2))
    found = list(read_export([tmp_path], limits=Limits(folder_depth=2)))
    assert [codes(m) for m in found] == [["too-deep"], []]


def test_a_maildir_gives_its_messages_and_not_those_on_their_way_in(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "dovecot.index").write_bytes(b"\1\2\3")
    for name in ("cur/1:2,S", "new/2", "tmp/3", ".Sent/cur/4"):
        (tmp_path / name.replace(":", "_" if sys.platform == "win32" else ":")).write_bytes(letter(name[-1]))
    assert [s.rpartition("/")[2][0] for s in sources(tmp_path)] == ["4", "1", "2"]


def mailbox(*letters: bytes) -> bytes:
    return b"".join(b"From x@example.org Tue Mar  5 09:30:00 2024\n" + one + b"\n" for one in letters)


def test_a_mailbox_gives_each_message_as_it_was_before_export(tmp_path: Path) -> None:
    tricky = letter(2) + b"\n>From here on\nFrom memory, it was so.\n\nFrom London with love\n>>From deeper\n"
    (tmp_path / "in").write_bytes(mailbox(letter(1), tricky, letter(3)))
    messages = list(read_export([tmp_path / "in"]))
    assert [m.subject for m in messages] == ["letter 1", "letter 2", "letter 3"]
    assert [m.source.rpartition("#")[2] for m in messages] == ["1", "2", "3"]
    assert messages[1].body.endswith("From here on\nFrom memory, it was so.\n\nFrom London with love\n>From deeper")
    (tmp_path / "one.eml").write_bytes(letter(1))
    (alone,) = read_export([tmp_path / "one.eml"])
    assert alone.id == messages[0].id


def test_mailboxes_are_split_the_same_wherever_the_blocks_fall(monkeypatch: pytest.MonkeyPatch) -> None:
    data = mailbox(*[letter(n) + b"From the text\n" * (n % 5) for n in range(40)])
    whole = list(mbox.split(io.BytesIO(data)))
    assert len(whole) == 40
    assert sum(length for _, length in whole) == len(data)
    for size in (5_000, 6_007):
        monkeypatch.setattr(mbox, "_CHUNK", size)
        assert list(mbox.split(io.BytesIO(data))) == whole


def test_a_mailbox_is_never_held_whole(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "big.mbox"
    with path.open("wb") as f:
        for n in range(300):
            f.write(mailbox(letter(n) + b"x" * 100_000 + b"\n"))
    tracemalloc.start()
    try:
        assert sum(1 for _ in find_items([path])) == 300
        assert tracemalloc.get_traced_memory()[1] < 15_000_000
    finally:
        tracemalloc.stop()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_an_archive_gives_letters_mailboxes_and_archives_inside_it(tmp_path: Path) -> None:
    inner = zipped({"x.eml": letter("x")})
    path = tmp_path / "e.zip"
    path.write_bytes(
        zipped({"a/1.eml": letter(1), "in.mbox": mailbox(letter(2), letter(3)), "i.zip": inner, "__MACOSX/a": b"x"})
    )
    messages = list(read_export([path]))
    assert [m.source.partition("#")[2] for m in messages] == ["a/1.eml", "in.mbox#1", "in.mbox#2", "i.zip/x.eml"]
    assert [m.subject for m in messages] == ["letter 1", "letter 2", "letter 3", "letter x"]


def test_names_in_archives_are_labels_that_climb_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(zipped({"../../evil.eml": letter(1), "/abs\x07.eml": letter(2)}))
    before = sorted(tmp_path.parent.rglob("*evil*"))
    assert [m.source.partition("#")[2] for m in read_export([path])] == ["evil.eml", "abs?.eml"]
    assert sorted(tmp_path.parent.rglob("*evil*")) == before


def test_a_member_without_a_name_is_read_and_the_others_too(tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(zipped({"a.eml": letter(1), "\0": letter(2), "b.eml": letter(3)}))
    assert [m.source.partition("#")[2] for m in read_export([path])] == ["a.eml", "?", "b.eml"]
    assert [m.subject for m in read_export([path])] == ["letter 1", "letter 2", "letter 3"]


def test_bombs_and_lies_cost_one_member(tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(zipped({"a.eml": letter(1), "bomb.txt": b"\0" * 30_000_000, "b.eml": letter(2)}))
    assert [codes(m) for m in read_export([path])] == [[], ["too-large"], []]
    (tmp_path / "lie.zip").write_bytes(script("make_hostile").lying_zip())
    assert [codes(m) for m in read_export([tmp_path / "lie.zip"])] == [["unreadable"]]
    assert [codes(m) for m in read_export([path], limits=Limits(archive_bytes=300))][-1] == ["too-large"]
    assert [codes(m) for m in read_export([path], limits=Limits(archive_members=1))] == [[], ["too-large"]]
    assert [codes(m) for m in read_export([path], limits=Limits(archive_directory_bytes=10))] == [["too-large"]]


def test_archives_too_deep_damaged_or_empty_are_said(tmp_path: Path) -> None:
    data = zipped({"x.eml": letter(1)})
    for n in range(3):
        data = zipped({f"{n}.zip": data})
    for name, content, code in (
        ("deep.zip", data, "too-deep"),
        ("cut.zip", data[:-20], "unreadable"),
        ("none.zip", zipped({}), "empty"),
    ):
        (tmp_path / name).write_bytes(content)
        assert [codes(m) for m in read_export([tmp_path / name])] == [[code]]


def test_items_travel_to_workers_and_give_the_same_messages_there(tmp_path: Path) -> None:
    (tmp_path / "in.mbox").write_bytes(mailbox(letter(1), letter(2)))
    (tmp_path / "e.zip").write_bytes(zipped({"a.eml": letter(3)}))
    for item in find_items([tmp_path]):
        assert parse_item(pickle.loads(pickle.dumps(item))) == parse_item(item)


def test_a_file_that_went_away_gives_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter(1))
    (item,) = find_items([tmp_path])
    (tmp_path / "a.eml").unlink()
    assert codes(parse_item(item)[0]) == ["unreadable"]


def test_a_run_over_text_mail_never_starts_the_reading_process(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "a.eml").write_bytes(letter(1))
    program = (
        "import sys; from pathlib import Path; from classifier.intake import child, read_export\n"
        "list(read_export([Path(sys.argv[1])])); sys.exit(child.running() is not None)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == 0
    assert "Outlook message (.msg)" in describe_formats()
    assert child.running is not None
