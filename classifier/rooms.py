"""What a run loads once: the model's parts, the encoder, the register. Opened on first use, checked before."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from classifier.errors import ModelError
from classifier.letters.kinds import KindClassifier
from classifier.model.encoder import Encoder
from classifier.model.store import Model
from classifier.questions import AskModel
from classifier.referral.register import Register, load_register
from classifier.resources import ENCODER, data_file, model_folder
from classifier.tagging.tagger import Tagger

if TYPE_CHECKING:
    from classifier.force import Force


class Rooms(NamedTuple):
    """The trained parts and the register, ready to use."""

    kinds: KindClassifier
    tagger: Tagger
    encoder: Encoder
    register: Register
    versions: dict[str, str]
    folder: Path
    """Where this model lies: worker processes open the same, whatever is promoted meanwhile."""


def open_rooms(force: Force, *, threads: int = 1) -> Rooms:
    """Load and check everything a run needs. Raises ModelError or RegisterError before anything is written."""
    # A text's matrices are small: NumPy's helper threads would spin beside each product and speed up none. It reads
    # this when it is first imported, which in a run is below.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    folder = model_folder()
    model = Model.open(folder)
    encoder = Encoder(data_file(ENCODER), threads=threads)
    register = load_register(overlay=Path(force.register_overlay) if force.register_overlay else None)
    versions = {"model": model.version, "encoder": encoder.version, "register": register.version}
    return Rooms(KindClassifier(model, encoder), Tagger(model, encoder), encoder, register, versions, folder)


def asks(folder: Path | None = None) -> AskModel:
    """The part of the model that tells asks from other sentences, of the model in `folder` or else of the one in use.

    Each worker process loads its own.
    """
    return _asks(folder or model_folder())


@cache
def _asks(folder: Path) -> AskModel:
    return AskModel.load(Model.open(folder))


def check_model(model: Model) -> None:
    """Raise ModelError where a model that is whole does not fit this version of the program."""
    try:
        encoder = Encoder(data_file(ENCODER))
        KindClassifier(model, encoder)
        Tagger(model, encoder)
        AskModel.load(model)
    except (KeyError, TypeError, ValueError) as e:
        raise ModelError(
            f"{model.folder}: was made by another version of the program ({type(e).__name__}: {e}). Train it again."
        ) from e
