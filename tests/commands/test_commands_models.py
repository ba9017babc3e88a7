from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from classifier.errors import ModelError
from classifier.model.shelf import find_models, list_models, verify_models
from classifier.model.store import MANIFEST, ModelWriter

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Foi


def model(folder: Path, *, encoder: str | None = None) -> str:
    writer = ModelWriter(folder)
    writer.arrays("weights", {"a": np.arange(4.0) + len(folder.name)})
    writer.table("labels", [folder.name, "two"])
    about = {"encoder": encoder, "figures": {"topics: F1": [0.5, 0.4, 0.6, 1200]}} if encoder else {}
    return writer.finish(name=folder.name, corpus={"letters": 1800} if encoder else {}, **about).version


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with an encoder and a model trained with it, in place of the shipped one."""
    folder = tmp_path / "models"
    version = model(folder / "encoder")
    model(folder / "current", encoder=version)
    monkeypatch.setattr("classifier.resources.data_file", lambda name: tmp_path / name)  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.delenv("FOI_TRIAGE_MODEL", raising=False)
    return folder


def problems(store: Path) -> dict[str, str | None]:
    return {v.folder.rsplit("models", 1)[1][1:]: v.problem for v in verify_models(find_models(store))}


def test_list_says_what_each_model_is(foi: Foi, store: Path) -> None:
    current, encoder = json.loads(foi("models", "list").out)
    assert (current["folder"], current["name"], current["in_use"]) == (str(store / "current"), "current", True)
    assert current["encoder"] == encoder["version"]
    assert current["corpus"] == {"letters": 1800}
    assert current["figures"] == [{"name": "topics: F1", "value": 0.5, "low": 0.4, "high": 0.6, "n": 1200}]
    assert encoder["figures"] == []
    said = foi("models", "list", terminal=True).out
    assert "trained on 1,800 letters" in said
    assert "0.400 to 0.600" in said


def test_a_model_named_in_the_environment_is_listed_as_the_one_in_use(
    foi: Foi, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(store / "current", tmp_path / "candidate")
    monkeypatch.setenv("FOI_TRIAGE_MODEL", str(tmp_path / "candidate"))
    used = {m["folder"]: m["in_use"] for m in json.loads(foi("models", "list").out)}
    assert used[str(tmp_path / "candidate")]
    assert not used[str(store / "current")]


def test_whole_models_verify(foi: Foi, store: Path) -> None:
    said = foi("models", "verify", terminal=True)
    assert said.code == 0
    assert said.out.count("every SHA-256 checked") == 2
    assert problems(store) == {"current": None, "encoder": None}


def test_an_altered_file_is_named_and_ends_with_2(foi: Foi, store: Path) -> None:
    (store / "current" / "labels.json").write_text('["one","six"]', encoding="utf-8")
    said = foi("models", "verify")
    assert said.code == 2
    assert "1 of 2 models" in said.err
    current, encoder = json.loads(said.out)
    assert "labels.json" in current["problem"]
    assert encoder["problem"] is None


def test_cut_missing_and_added_files_are_told(store: Path) -> None:
    weights = store / "current" / "weights.npz"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1])
    assert "weights.npz" in str(problems(store)["current"])
    weights.unlink()
    assert "weights.npz" in str(problems(store)["current"])
    weights.write_bytes(whole)
    (store / "current" / "extra.json").write_text("{}", encoding="utf-8")
    assert "extra.json: the manifest does not name" in str(problems(store)["current"])


def test_a_manifest_that_was_edited_to_match_is_told_by_the_version(store: Path) -> None:
    path = store / "encoder" / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"]["labels.json"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (store / "encoder" / "labels.json").unlink()
    assert "is not the manifest of these files" in str(problems(store)["encoder"])


def test_a_model_without_its_encoder_is_told(store: Path) -> None:
    shutil.rmtree(store / "encoder")
    model(store / "encoder-of-another-make")
    assert "was trained with the encoder" in str(problems(store)["current"])


def test_models_half_written_are_passed_over_and_an_empty_store_is_an_error(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store / "current", store / ".current-x1y2")
    assert [p.name for p in find_models(store)] == ["current", "encoder"]
    assert len(list_models(find_models(store), [])) == 2
    with pytest.raises(ModelError, match="no model here"):
        find_models(tmp_path / "nothing")
