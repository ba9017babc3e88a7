"""The models that lie in a folder (`models/`): what each is, and whether it is as its manifest says.

The encoder is one of them: a model of ours names the encoder that it was trained with, and works with no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.errors import ModelError
from classifier.model.store import MANIFEST, Model
from classifier.records import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class ModelFigure(Value, frozen=True):
    """A figure of the model's card on held-out voices, with its 95 % interval and the number of examples."""

    name: str
    value: float
    low: float
    high: float
    n: int


class StoredModel(Value, frozen=True):
    """One model of the store. `corpus` counts what it was trained on; it and `figures` are empty for an encoder.

    `made` says what a retraining said of it when it was made; None for other models.
    """

    folder: str
    name: str
    version: str
    in_use: bool
    program: str | None
    encoder: str | None
    bytes: int
    corpus: dict[str, int]
    figures: tuple[ModelFigure, ...]
    made: str | None = None


class Verdict(Value, frozen=True):
    """What `verify` found of one folder; `problem` is None where every file is the one that the manifest names."""

    folder: str
    version: str | None
    files: int
    bytes: int
    problem: str | None


def find_models(store: Path, *others: Path) -> list[Path]:
    """The folders in `store` that hold a manifest, and `others` (the model in use may lie elsewhere), each once.

    Raises ModelError where there are none.
    """
    found = sorted(p.parent for p in store.glob(f"*/{MANIFEST}") if not p.parent.name.startswith("."))
    known = {p.resolve() for p in found}
    for other in others:
        if other.resolve() not in known:
            known.add(other.resolve())
            found.append(other)
    if not found:
        raise ModelError(f"{store}: no model here. Train one with 'foi-triage train'.")
    return found


def list_models(folders: Sequence[Path], in_use: Sequence[Path]) -> list[StoredModel]:
    """What the manifests say, after every checksum has been checked. Raises ModelError where one doesn't hold."""
    used = {p.resolve() for p in in_use}
    return [_stored(Model.open(folder), in_use=folder.resolve() in used) for folder in folders]


def _stored(model: Model, *, in_use: bool) -> StoredModel:
    about = model.manifest
    return StoredModel(
        folder=str(model.folder),
        name=str(about.get("name", "")),
        version=model.version,
        in_use=in_use,
        program=about.get("program"),
        encoder=about.get("encoder"),
        bytes=_size(model),
        corpus=dict(about.get("corpus", {})),
        figures=tuple(
            ModelFigure(name=name, value=value, low=low, high=high, n=n)
            for name, (value, low, high, n) in about.get("figures", {}).items()
        ),
        made=about.get("made"),
    )


def verify_models(folders: Sequence[Path]) -> list[Verdict]:
    """Check every folder: each file's size and SHA-256, nothing beside them, the version, the encoder it needs."""
    opened: dict[Path, Model | ModelError] = {}
    for folder in folders:
        try:
            opened[folder] = Model.open(folder)
        except ModelError as e:
            opened[folder] = e
    sound = {m.version for m in opened.values() if isinstance(m, Model)}
    out: list[Verdict] = []
    for folder, model in opened.items():
        if isinstance(model, ModelError):
            out.append(Verdict(folder=str(folder), version=None, files=0, bytes=0, problem=str(model)))
            continue
        problem = _extra(model) or _without_encoder(model, sound)
        out.append(
            Verdict(
                folder=str(folder),
                version=model.version,
                files=len(model.files),
                bytes=_size(model),
                problem=problem,
            )
        )
    return out


def _size(model: Model) -> int:
    return sum(entry.bytes for entry in model.files.values())


def _extra(model: Model) -> str | None:
    extra = sorted({p.name for p in model.folder.iterdir()} - {*model.files, MANIFEST})
    return f"{model.folder / extra[0]}: the manifest does not name this file" if extra else None


def _without_encoder(model: Model, sound: set[str]) -> str | None:
    encoder = model.manifest.get("encoder")
    if encoder is None or encoder in sound:
        return None
    return f"{model.folder}: was trained with the encoder {encoder}, and no sound encoder of that version is here"
