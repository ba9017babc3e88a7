"""The model store: what is altered is refused, what is written is repeatable, what is replaced is replaced whole."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from classifier.errors import ModelError, UsageError
from classifier.model.store import Model, ModelWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write(folder: Path, scale: float = 1.0) -> Model:
    writer = ModelWriter(folder)
    writer.arrays("weights", {"b": np.arange(6, dtype=np.float32).reshape(2, 3) * scale, "a": np.ones(2)})
    writer.table("labels", {"z": ["é", "β"], "a": 1})
    writer.text("CARD.md", "# A card\n")
    return writer.finish(name="test", seed=1)


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def rewrite(folder: Path, value: object) -> None:
    (folder / "manifest.json").write_text(json.dumps(value), encoding="utf-8")


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    model = write(tmp_path / "m")
    again = Model.open(tmp_path / "m")
    assert again.version == model.version
    assert len(again.version) == 12
    arrays = again.arrays("weights")
    assert sorted(arrays) == ["a", "b"]
    assert arrays["b"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["b"].dtype == np.float32
    assert again.table("labels") == {"a": 1, "z": ["é", "β"]}
    assert again.path("CARD.md").read_text(encoding="utf-8") == "# A card\n"
    assert again.manifest["seed"] == 1


def test_a_file_may_be_taken_in_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes(b"one\r\ntwo")
    writer = ModelWriter(tmp_path / "m")
    writer.copy(tmp_path / "vocab.txt")
    assert writer.finish().path("vocab.txt").read_bytes() == b"one\r\ntwo"


def _cut(folder: Path) -> None:
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-1])


def _flip(folder: Path) -> None:
    path = folder / "labels.json"
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(bytes(data))


def _lose(folder: Path) -> None:
    (folder / "CARD.md").unlink()


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _manifest_cut(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:40])


def _not_text(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"\xff\xfe\x00")


def _other_format(folder: Path) -> None:
    rewrite(folder, manifest(folder) | {"format": 2})


def _no_object(folder: Path) -> None:
    rewrite(folder, ["format", 1])


def _no_files(folder: Path) -> None:
    rewrite(folder, {k: v for k, v in manifest(folder).items() if k != "files"})


def _no_checksum(folder: Path) -> None:
    about = manifest(folder)
    del about["files"]["CARD.md"]["sha256"]
    rewrite(folder, about)


def _no_version(folder: Path) -> None:
    rewrite(folder, {k: v for k, v in manifest(folder).items() if k != "version"})


def _code(folder: Path) -> None:
    _named(folder, folder / "run.py", "run.py")


def _pickle(folder: Path) -> None:
    _named(folder, folder / "weights.pkl", "weights.pkl")


def _outside(folder: Path) -> None:
    _named(folder, folder.parent / "other.json", "../other.json")


def _named(folder: Path, path: Path, name: str) -> None:
    path.write_bytes(b"x = 1\n")
    about = manifest(folder)
    about["files"][name] = {"bytes": 6, "sha256": hashlib.sha256(b"x = 1\n").hexdigest()}
    rewrite(folder, about)


@pytest.mark.parametrize(
    "harm",
    [
        _cut, _flip, _lose, _no_manifest, _manifest_cut, _not_text, _other_format, _no_object, _no_files, _no_checksum,
        _no_version, _code, _pickle, _outside,
    ],
)  # fmt: skip
def test_a_model_that_is_not_as_it_was_written_is_refused(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    write(tmp_path / "m")
    harm(tmp_path / "m")
    with pytest.raises(ModelError) as caught:
        Model.open(tmp_path / "m")
    assert str(tmp_path / "m") in str(caught.value)
    assert isinstance(caught.value, UsageError)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model here"):
        Model.open(tmp_path / "none")


def test_a_part_that_the_model_lacks_is_said_so(tmp_path: Path) -> None:
    model = write(tmp_path / "m")
    assert model.has("labels.json")
    assert not model.has("topics.json")
    with pytest.raises(ModelError, match=r"topics\.json"):
        model.table("topics")
    with pytest.raises(ModelError, match=r"topics\.npz"):
        model.arrays("topics")


def test_an_array_of_objects_is_neither_written_nor_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pickle"):
        ModelWriter(tmp_path / "m").arrays("weights", {"a": np.array([{"code": 1}], dtype=object)})
    np.savez(tmp_path / "weights.npz", a=np.array([{"code": 1}], dtype=object))
    writer = ModelWriter(tmp_path / "m")
    writer.copy(tmp_path / "weights.npz")
    with pytest.raises(ValueError, match="pickle"):
        writer.finish().arrays("weights")


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one"), write(tmp_path / "two")
    other = write(tmp_path / "three", scale=2)
    assert one.version == two.version != other.version
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_an_older_model_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    old = write(tmp_path / "m")
    writer = ModelWriter(tmp_path / "m")
    writer.table("labels", ["new"])
    assert Model.open(tmp_path / "m").version == old.version
    new = writer.finish()
    assert Model.open(tmp_path / "m").version == new.version != old.version
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == ["labels.json", "manifest.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["m"]
