"""A model is a folder of arrays and tables with a manifest; nothing in it can run code.

`manifest.json` names each file with its size and SHA-256, and what the model was made from. `Model.open` checks every
checksum before a file is opened; arrays are NumPy archives read without pickle, everything else is JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from classifier.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

FORMAT = 1
MANIFEST = "manifest.json"
ALLOWED_SUFFIXES = {".npz", ".json", ".onnx", ".txt", ".md"}


class FileEntry(msgspec.Struct, frozen=True):
    """What the manifest says of a file."""

    bytes: int
    sha256: str


class Model:
    """A model whose checksums hold. Files are read once, on demand."""

    def __init__(self, folder: Path, manifest: dict[str, Any], files: dict[str, FileEntry], version: str) -> None:
        self.folder = folder
        self.manifest = manifest
        self.files = files
        self.version = version
        """The model's name: the first twelve hex digits over its files' checksums."""

    @classmethod
    def open(cls, folder: Path) -> Model:
        """The model in `folder`. Raises ModelError where a file is missing, altered, cut short or of another format."""
        path = folder / MANIFEST
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ModelError(f"{folder}: no model here (no {MANIFEST}). Train one, or name another folder.") from None
        except (OSError, ValueError) as e:
            raise ModelError(f"{path}: cannot be read: {e}") from e
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ModelError(
                f"{path}: made by another version of the program; format {FORMAT} is wanted. Train it again."
            )
        try:
            files = msgspec.convert(manifest.get("files"), dict[str, FileEntry])
            model = cls(folder, manifest, files, msgspec.convert(manifest.get("version"), str))
        except msgspec.ValidationError as e:
            raise ModelError(f"{path}: is damaged: {e}. Restore the model, or train it again.") from e
        model.verify()
        return model

    def verify(self) -> None:
        """Check every file against the manifest, and the version against the files."""
        if self.version != version_of(self.files):
            raise ModelError(f"{self.folder / MANIFEST}: is not the manifest of these files. Restore the model.")
        for name, entry in self.files.items():
            path = self.folder / name
            if Path(name).name != name or path.suffix not in ALLOWED_SUFFIXES:
                raise ModelError(f"{path}: a file of this kind has no place in a model")
            if path.is_symlink():
                raise ModelError(f"{path}: is a link; a model holds its own files. Restore the model.")
            try:
                data = path.read_bytes()
            except OSError as e:
                raise ModelError(f"{path}: cannot be read: {e}. Restore the model, or train it again.") from e
            if len(data) != entry.bytes or hashlib.sha256(data).hexdigest() != entry.sha256:
                raise ModelError(f"{path}: is not the file that the manifest names (altered or cut short)")

    def has(self, name: str) -> bool:
        """Whether the model holds the file `name`."""
        return name in self.files

    def path(self, name: str) -> Path:
        """The checked path of a file. Raises ModelError where the model has none of that name."""
        if not self.has(name):
            raise ModelError(f"{self.folder}: the model has no {name}. Train it again.")
        return self.folder / name

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of `name`.npz."""
        import numpy as np

        with np.load(self.path(f"{name}.npz"), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}

    def table(self, name: str) -> Any:
        """The content of `name`.json."""
        return json.loads(self.path(f"{name}.json").read_text(encoding="utf-8"))


def version_of(files: Mapping[str, FileEntry]) -> str:
    """The name of a model of these files: the first twelve hex digits of a hash over their sizes and checksums."""
    said = json.dumps(msgspec.to_builtins(files), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


class ModelWriter:
    """Collects a model's files in a folder beside its final place and puts them there in one move."""

    def __init__(self, folder: Path) -> None:
        self.target = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))

    def arrays(self, name: str, values: dict[str, np.ndarray]) -> None:
        """Write `name`.npz; the same arrays give the same bytes (no time stamps)."""
        import zipfile

        import numpy as np

        with zipfile.ZipFile(self.folder / f"{name}.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            for key in sorted(values):
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, np.ascontiguousarray(values[key]), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{key}.npy", (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED)

    def table(self, name: str, value: Any) -> None:
        """Write `name`.json."""
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        (self.folder / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")

    def text(self, name: str, value: str) -> None:
        """Write the text file `name`."""
        (self.folder / name).write_text(value, encoding="utf-8", newline="\n")

    def copy(self, source: Path) -> None:
        """Take `source` into the model under its own name."""
        shutil.copyfile(source, self.folder / source.name)

    def finish(self, **about: Any) -> Model:
        """Write the manifest (with `about`) and move the folder into place; an older model there is replaced."""
        files: dict[str, FileEntry] = {}
        for path in sorted(self.folder.iterdir()):
            data = path.read_bytes()
            files[path.name] = FileEntry(len(data), hashlib.sha256(data).hexdigest())
        entries = msgspec.to_builtins(files)
        manifest = {"format": FORMAT, "version": version_of(files), **about, "files": entries}
        (self.folder / MANIFEST).write_text(
            json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
        )
        # A temporary folder is its owner's alone; a model may be read by all who use the machine.
        self.folder.chmod(0o755)
        if self.target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{self.target.name}-old-", dir=self.target.parent)) / "model"
            self.target.replace(old)
            self.folder.replace(self.target)
            shutil.rmtree(old.parent)
        else:
            self.folder.replace(self.target)
        return Model.open(self.target)
