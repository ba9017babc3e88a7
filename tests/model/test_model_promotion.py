"""Which model is in use: promoted in one step, gone back from, and never one that is not as it was promoted."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.errors import ModelError
from classifier.model.promotion import POINTER, in_use, promote, promoted, rollback, take_in
from classifier.model.store import MANIFEST, Model, ModelWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENCODER = "e" * 12


def write(folder: Path, number: int, encoder: str = ENCODER) -> Model:
    writer = ModelWriter(folder)
    writer.arrays("weights", {"a": np.arange(3.0) + number})
    writer.table("labels", [number])
    return writer.finish(name="test", encoder=encoder)


@pytest.fixture
def shipped(tmp_path: Path) -> Model:
    return write(tmp_path / "program" / "current", 0)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def put(tmp_path: Path, store: Path, shipped: Model) -> Callable[[str], Model]:
    """Promotes what it is given, as the command does."""
    return lambda wanted: promote(store, wanted, encoder=ENCODER, shipped=shipped.folder)


def back(store: Path, shipped: Model) -> Model:
    return rollback(store, encoder=ENCODER, shipped=shipped.folder)


def test_without_a_promotion_the_shipped_model_is_in_use(store: Path) -> None:
    assert in_use(store) is None
    assert promoted(store) is None


def test_a_folder_is_copied_into_the_store_and_is_in_use(
    tmp_path: Path, store: Path, put: Callable[[str], Model]
) -> None:
    made = write(tmp_path / "candidate", 1)
    assert put(str(tmp_path / "candidate")).folder == store / made.version
    assert promoted(store) == store / made.version
    assert Model.open(store / made.version).arrays("weights")["a"].tolist() == [1, 2, 3]
    assert (tmp_path / "candidate" / MANIFEST).exists()
    assert sorted(p.name for p in store.iterdir() if not p.name.startswith(".lock")) == sorted([made.version, POINTER])


def test_going_back_goes_step_by_step_to_the_shipped_model(
    tmp_path: Path, store: Path, shipped: Model, put: Callable[[str], Model]
) -> None:
    one = put(str(write(tmp_path / "one", 1).folder))
    two = put(str(write(tmp_path / "two", 2).folder))
    assert promoted(store) == two.folder
    assert back(store, shipped).version == one.version
    assert promoted(store) == one.folder
    assert back(store, shipped).version == shipped.version
    assert promoted(store) is None
    with pytest.raises(ModelError, match="no other model was in use"):
        back(store, shipped)
    assert put(two.version[:5]).version == two.version
    assert put("shipped").version == shipped.version
    assert promoted(store) is None
    assert back(store, shipped).version == two.version


def test_promoting_the_model_in_use_again_leaves_nothing_to_go_back_to(
    tmp_path: Path, store: Path, shipped: Model, put: Callable[[str], Model]
) -> None:
    one = put(str(write(tmp_path / "one", 1).folder))
    put(one.version)
    assert back(store, shipped).version == shipped.version


def _cut(folder: Path) -> None:
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-1])


def _flip(folder: Path) -> None:
    path = folder / "labels.json"
    path.write_bytes(b"[7]")


def _lose(folder: Path) -> None:
    (folder / "weights.npz").unlink()


def _add(folder: Path) -> None:
    (folder / "extra.json").write_text("{}", encoding="utf-8")


def _other_format(folder: Path) -> None:
    _edit(folder, format=2)


def _other_version(folder: Path) -> None:
    _edit(folder, version="0123456789ab")


def _other_encoder(folder: Path) -> None:
    _edit(folder, encoder="f" * 12)


def _no_encoder(folder: Path) -> None:
    _edit(folder, encoder=None)


def _edit(folder: Path, **changes: object) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def _link_file(folder: Path) -> None:
    _link(folder / "labels.json", folder.parent / "elsewhere.json")


def _link_folder(folder: Path) -> None:
    _link(folder, folder.parent / "elsewhere")


def _link(path: Path, elsewhere: Path) -> None:
    path.replace(elsewhere)
    try:
        path.symlink_to(elsewhere, target_is_directory=elsewhere.is_dir())
    except OSError:
        pytest.skip("this account may not make links")


@pytest.mark.parametrize(
    "harm",
    [_cut, _flip, _lose, _add, _other_format, _other_version, _other_encoder, _no_encoder, _link_file, _link_folder],
)
def test_a_model_that_is_not_sound_is_not_promoted_and_the_one_in_use_stays(
    tmp_path: Path, store: Path, put: Callable[[str], Model], harm: Callable[[Path], None]
) -> None:
    good = put(str(write(tmp_path / "good", 1).folder))
    bad = write(tmp_path / "bad", 2)
    harm(tmp_path / "bad")
    with pytest.raises(ModelError) as caught:
        put(str(tmp_path / "bad"))
    assert str(tmp_path) in str(caught.value)
    assert promoted(store) == good.folder
    assert not (store / bad.version).exists()


@pytest.mark.parametrize("harm", [_edit, _lose, _link_folder])
def test_a_model_in_use_that_was_harmed_is_refused_and_another_can_be_promoted(
    tmp_path: Path, store: Path, put: Callable[[str], Model], harm: Callable[[Path], None]
) -> None:
    one = put(str(write(tmp_path / "one", 1).folder))
    two = put(str(write(tmp_path / "two", 2).folder))
    if harm is _edit:
        _edit(two.folder, figures={"topics": "better than it is"})
    else:
        harm(two.folder)
    with pytest.raises(ModelError):
        Model.open(promoted(store) or tmp_path)
    assert put(one.version).version == one.version
    assert promoted(store) == one.folder


def test_a_rollback_to_a_model_that_is_no_longer_whole_is_refused(
    tmp_path: Path, store: Path, shipped: Model, put: Callable[[str], Model]
) -> None:
    one = put(str(write(tmp_path / "one", 1).folder))
    two = put(str(write(tmp_path / "two", 2).folder))
    _cut(one.folder)
    with pytest.raises(ModelError, match=r"weights\.npz"):
        back(store, shipped)
    assert promoted(store) == two.folder


@pytest.mark.parametrize(
    "content",
    [b"", b'{"format": 1', b"[]", b'{"format": 9, "now": {"version": "", "manifest": "", "since": ""}}'],
)
def test_a_damaged_pointer_is_said_so_and_promoting_mends_it(
    tmp_path: Path, store: Path, put: Callable[[str], Model], content: bytes
) -> None:
    one = put(str(write(tmp_path / "one", 1).folder))
    (store / POINTER).write_bytes(content)
    with pytest.raises(ModelError, match=POINTER):
        promoted(store)
    put(one.version)
    assert promoted(store) == one.folder


def test_a_pointer_cannot_lead_out_of_the_store(tmp_path: Path, store: Path, put: Callable[[str], Model]) -> None:
    put(str(write(tmp_path / "one", 1).folder))
    found = json.loads((store / POINTER).read_bytes())
    found["now"]["version"] = "../one"
    (store / POINTER).write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(ModelError, match="no version of a model"):
        promoted(store)


def test_a_version_that_there_is_not_or_that_is_two_is_said_so(
    tmp_path: Path, store: Path, put: Callable[[str], Model]
) -> None:
    put(str(write(tmp_path / "one", 1).folder))
    with pytest.raises(ModelError, match="neither a version"):
        put("0000000")
    for name in ("abcd1", "abcd2"):
        write(store / name, 3)
    with pytest.raises(ModelError, match="begins the names of 2 models"):
        put("abcd")


def test_a_stop_before_the_pointer_is_replaced_leaves_the_old_model(
    tmp_path: Path, store: Path, put: Callable[[str], Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = put(str(write(tmp_path / "one", 1).folder))
    two = write(tmp_path / "two", 2)
    before = (store / POINTER).read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="No space left"):
        put(str(two.folder))
    assert (store / POINTER).read_bytes() == before
    assert promoted(store) == one.folder
    assert not [p for p in store.iterdir() if p.name.startswith(f".{POINTER}")]


def test_readers_always_find_one_model_or_the_other(tmp_path: Path, store: Path, put: Callable[[str], Model]) -> None:
    names = [put(str(write(tmp_path / str(n), n).folder)).version for n in (1, 2)]
    stop, wrong = threading.Event(), list[object]()

    def read() -> None:
        while not stop.is_set():
            try:
                folder = promoted(store)
                if folder is None or Model.open(folder).version not in names:
                    wrong.append(folder)
            except ModelError as e:
                wrong.append(e)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(30):
        put(names[n % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_taking_in_what_is_there_already_keeps_what_is_there(tmp_path: Path, store: Path) -> None:
    store.mkdir()
    first = take_in(store, write(tmp_path / "one", 1).folder, ENCODER)
    stamp = (first.folder / MANIFEST).stat().st_mtime_ns
    again = take_in(store, write(tmp_path / "again", 1).folder, ENCODER)
    assert again.folder == first.folder
    assert (first.folder / MANIFEST).stat().st_mtime_ns == stamp
    assert not (tmp_path / "again").exists()
