"""Encoder vectors kept in a file between trainings: encoding the corpus takes minutes, reading it back takes none.

The file is named by the encoder's version and holds, for each text, a digest of it and its vector. It may be deleted at
any time. What is kept after a training is what that training used: the vectors of a letter that was forgotten go with
the retraining that the forgetting asks for.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from classifier.model.encoder import WIDTH
from classifier.model.readout import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.model.encoder import Vectors
    from classifier.model.readout import Name, Taught

_DIGEST = 16
_PLAIN = "plain"
_Known = dict["Name | None", dict[bytes, np.ndarray]]


class KeptVectors:
    """An encoder that remembers, in place of `Encoder` wherever vectors alone are wanted; a context manager.

    `folder` is made where it isn't there. Leaving the block without an error writes the file, whole or not at all.
    """

    def __init__(self, encoder: Vectors, folder: Path) -> None:
        self._encoder = encoder
        self._path = folder / f"vectors-{encoder.version}.npz"
        self._known = _read(self._path)
        self._used: _Known = {}
        self.encoded = 0
        """Texts that were not in the file."""

    @property
    def version(self) -> str:
        """The encoder's version."""
        return self._encoder.version

    @property
    def unseen_voices(self) -> tuple[str, ...]:
        """The voices that the encoder was not taught on."""
        return self._encoder.unseen_voices

    def width(self, readout: Name | None = None) -> int:
        """The width of a vector: the encoder's."""
        return self._encoder.width(readout)

    def taught(self, part: str) -> Taught | None:
        """The reading that was learnt with the readouts: the encoder's."""
        return self._encoder.taught(part)

    def encode(self, texts: Sequence[str], readout: Name | None = None) -> np.ndarray:
        """Vectors of `texts`, float32, one row each: the encoder's own."""
        known, used = self._known.setdefault(readout, {}), self._used.setdefault(readout, {})
        keys = [_digest(text) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in used}
        wanted = {key: text for key, text in fresh.items() if key not in known}
        # Some hundred at a time: the encoder holds every text of a call in memory.
        pending = list(wanted.items())
        for start in range(0, len(pending), 512):
            part = pending[start : start + 512]
            vectors = self._encoder.encode([text for _, text in part], readout)
            known.update((key, vector) for (key, _), vector in zip(part, vectors, strict=True))
        self.encoded += len(wanted)
        used.update((key, known[key]) for key in fresh)
        return np.stack([used[key] for key in keys]) if keys else np.zeros((0, self.width(readout)), dtype=np.float32)

    def write(self) -> None:
        """Put what was used in this training into the file, and nothing else. A disk that is full or may only be read
        costs speed, no more."""
        if not self.encoded and all(len(self._used.get(n, ())) == len(of) for n, of in self._known.items()):
            return
        temporary = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Vectors tell something of the letters: the file is its owner's alone, as `mkstemp` makes it.
            handle, name = tempfile.mkstemp(prefix=f".{self._path.stem}-", suffix=".npz", dir=self._path.parent)
            temporary = Path(name)
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, **_arrays(self._used))
            temporary.replace(self._path)
        except OSError:
            for path in (temporary, self._path):
                if path is not None:
                    # What it held may since have been forgotten: rather no file than an old one.
                    with suppress(OSError):
                        path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.write()


class PlainVectors:
    """An encoder whose readouts say nothing: what the vectors alone come to, for comparison."""

    def __init__(self, encoder: Vectors) -> None:
        self._encoder = encoder
        self.version, self.unseen_voices = encoder.version, encoder.unseen_voices

    def width(self, readout: Name | None = None) -> int:
        """That of the plain vectors, whatever is asked for."""
        del readout
        return WIDTH

    def taught(self, part: str) -> Taught | None:
        """Nothing."""
        del part

    def encode(self, texts: Sequence[str], readout: Name | None = None) -> np.ndarray:
        """The plain vectors."""
        return self._encoder.encode(texts, readout)[:, :WIDTH]


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _arrays(used: _Known) -> dict[str, np.ndarray]:
    """For the plain vectors and for each readout's, the digests of the texts and their vectors, sorted."""
    out: dict[str, np.ndarray] = {}
    for readout, of in used.items():
        if keys := sorted(of):
            out[f"{readout or _PLAIN}.keys"] = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _DIGEST)
            out[f"{readout or _PLAIN}.vectors"] = np.stack([of[key] for key in keys]).astype(np.float32)
    return out


def _read(path: Path) -> _Known:
    """What the file holds; nothing where there is none, or where it is damaged or of another form."""
    out: _Known = {}
    try:
        with np.load(path, allow_pickle=False) as archive:
            for readout in (None, *NAMES):
                name = readout or _PLAIN
                if f"{name}.keys" in archive:
                    out[readout] = _sound(archive[f"{name}.keys"], archive[f"{name}.vectors"], plain=readout is None)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    return out


def _sound(keys: np.ndarray, vectors: np.ndarray, *, plain: bool) -> dict[bytes, np.ndarray]:
    """The vectors by digest. Raises ValueError where they are of another form."""
    wide = vectors.ndim == 2 and (vectors.shape[1] == WIDTH if plain else vectors.shape[1] > WIDTH)
    if keys.dtype != np.uint8 or keys.shape[1:] != (_DIGEST,) or not wide or len(keys) != len(vectors):
        raise ValueError("other shapes than vectors have")
    if vectors.dtype != np.float32 or not np.isfinite(vectors).all():
        raise ValueError("no vectors")
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
