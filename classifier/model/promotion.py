"""Which model is in use: versions lie side by side in a folder, and a small file beside them names one.

A version's folder is never written again once it has its name, and promoting another only replaces the small file, in
one step. So a run that is under way keeps the model that it began with, and a machine that loses power in between has
the old model or the new one. Without the file the shipped model is in use.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from classifier.errors import ModelError
from classifier.model.store import MANIFEST, Model
from classifier.records import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

POINTER = "in-use.json"
SHIPPED = "shipped"
"""What a person calls the model that came with the program."""
_FORMAT = 1
_REMEMBERED = 50
_LOCK_SECONDS = 30


class Named(Value, frozen=True, kw_only=True):
    """A model that was in use: its version, and the SHA-256 of its manifest, which holds those of all its files.

    Both are "" for the model that came with the program, whichever that is.
    """

    version: str
    manifest: str
    since: str
    """UTC, ISO 8601 with Z."""


class InUse(Value, frozen=True, kw_only=True):
    """The content of the small file: what is in use, and what was before, oldest first."""

    format: int
    now: Named
    before: tuple[Named, ...] = ()


def in_use(store: Path) -> InUse | None:
    """What the small file says; None where there is none. Raises ModelError where it cannot be read for what it is."""
    path = store / POINTER
    try:
        if path.is_symlink():
            raise ModelError(f"{path}: is a link. Remove it, then promote the model that is wanted.")
        found = msgspec.json.decode(_read(path), type=InUse)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as e:
        raise ModelError(
            f"{path}: cannot be read: {e}. Name the model again with 'foi-triage models promote VERSION', or delete "
            "the file to go back to the model that came with the program."
        ) from e
    if found.format != _FORMAT:
        raise ModelError(f"{path}: was written by another version of the program. Promote the model that is wanted.")
    return found


def promoted(store: Path) -> Path | None:
    """The folder of the model in use; None where that is the shipped one.

    Raises ModelError where its folder is gone, is a link, or holds another model than was promoted. What the manifest
    says of the files is checked as the model is opened.
    """
    found = in_use(store)
    return None if found is None or not found.now.version else _folder(store, found.now)


def promote(
    store: Path, wanted: str, *, encoder: str, shipped: Path, check: Callable[[Model], None] = lambda _: None
) -> Model:
    """Make a model the one in use and return it: a version of the store (its first four characters or more will do),
    a folder anywhere, which is copied into the store, or `shipped`.

    Raises ModelError where it is not there, altered, cut short, of another version of the program, reached through
    links, or made for another encoder than the version `encoder`; the model in use then stays. `check` may raise it for
    a model that is whole and yet does not fit the program.
    """
    if wanted == SHIPPED:
        model = checked(shipped, encoder)
        check(model)
        _turn_to(store, Named(version="", manifest="", since=_now()))
        return model
    place = _find(store, wanted)
    model = checked(place, encoder)
    check(model)
    if place.parent.resolve() != store.resolve() or place.name != model.version:
        model = _copy(store, model, encoder)
    _turn_to(store, Named(version=model.version, manifest=_digest(model.folder), since=_now()))
    return model


def rollback(store: Path, *, encoder: str, shipped: Path) -> Model:
    """Go back to the model that was in use before and return it.

    Raises ModelError where there was none, or where it is no longer whole; the model in use then stays.
    """
    with _alone(store):
        found = in_use(store)
        if found is None or not found.before:
            raise ModelError(f"{store}: no other model was in use before this one")
        back = found.before[-1]
        model = checked(_folder(store, back) if back.version else shipped, encoder)
        _write(store, InUse(format=_FORMAT, now=_since_now(back), before=found.before[:-1]))
    return model


def take_in(store: Path, folder: Path, encoder: str) -> Model:
    """Move a model that was just written on the same disk into the store, under its version. One that is there already
    stays, and `folder` goes."""
    made = checked(folder, encoder)
    target = store / made.version
    with _alone(store):
        if not target.exists():
            folder.replace(target)
        else:
            shutil.rmtree(folder)
    return checked(target, encoder)


def checked(folder: Path, encoder: str) -> Model:
    """The model in `folder`, every file of it as its manifest says and none beside them, made for `encoder`.

    Raises ModelError.
    """
    if folder.is_symlink():
        raise ModelError(f"{folder}: is a link. Name the folder that it leads to.")
    model = Model.open(folder)
    extra = sorted({p.name for p in folder.iterdir()} - {*model.files, MANIFEST})
    if extra:
        raise ModelError(f"{folder / extra[0]}: the manifest does not name this file")
    made_for = model.manifest.get("encoder")
    if not isinstance(made_for, str):
        raise ModelError(f"{folder}: is not a model for reading letters (it names no encoder)")
    if made_for != encoder:
        raise ModelError(
            f"{folder}: was trained with the encoder {made_for}; the one here is {encoder}. Train it again."
        )
    return model


def _find(store: Path, wanted: str) -> Path:
    if len(wanted) >= 4 and wanted.isalnum() and store.is_dir():
        found = sorted(p for p in store.iterdir() if p.name.startswith(wanted) and (p / MANIFEST).exists())
        if len(found) == 1:
            return found[0]
        if found:
            raise ModelError(f"{wanted}: begins the names of {len(found)} models; give more characters")
    place = Path(wanted)
    if not (place / MANIFEST).exists():
        raise ModelError(f"{wanted}: is neither a version in {store} nor a folder with a model")
    return place


def _folder(store: Path, named: Named) -> Path:
    """The folder of a version in the store, which must be the one that was promoted under that name."""
    folder = store / named.version
    if Path(named.version).name != named.version:
        raise ModelError(f"{store / POINTER}: {named.version!r} is no version of a model")
    if folder.is_symlink():
        raise ModelError(f"{folder}: is a link. Promote another model, or go back with 'foi-triage models rollback'.")
    try:
        same = _digest(folder) == named.manifest
    except OSError as e:
        raise ModelError(
            f"{folder}: the model in use cannot be read: {e.strerror or e}. Restore it, promote another, or go back "
            "with 'foi-triage models rollback'."
        ) from e
    if not same:
        raise ModelError(
            f"{folder / MANIFEST}: is not the manifest of the model that was promoted (altered or cut short). "
            "Restore it, promote another, or go back with 'foi-triage models rollback'."
        )
    return folder


def _copy(store: Path, model: Model, encoder: str) -> Model:
    store.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".taken-in-", dir=store))
    try:
        for name in (*model.files, MANIFEST):
            shutil.copyfile(model.folder / name, folder / name)
        folder.chmod(0o755)
        return take_in(store, folder, encoder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _turn_to(store: Path, to: Named) -> None:
    with _alone(store):
        try:
            found = in_use(store)
        except ModelError:
            found = None  # promoting anew is what a damaged file asks for
        old = found.now if found else Named(version="", manifest="", since="")
        before = found.before if found else ()
        if old.version != to.version:
            before = (*before, old)[-_REMEMBERED:]
        _write(store, InUse(format=_FORMAT, now=to, before=before))


def _write(store: Path, value: InUse) -> None:
    """Write the small file beside its place, to the disk itself, and put it there in one step."""
    path = store / POINTER
    handle, name = tempfile.mkstemp(prefix=f".{POINTER}-", dir=store)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        for wait in (0.05, 0.1, 0.2, 0.4, None):
            try:
                temporary.replace(path)
                break
            except PermissionError:
                # Windows, while another program reads the file: for a moment.
                if wait is None:
                    raise
                time.sleep(wait)
    except OSError as e:
        raise ModelError(f"{path}: cannot be written: {e.strerror or e}") from e
    finally:
        temporary.unlink(missing_ok=True)
    _sync(store)


def _sync(folder: Path) -> None:
    """Bring a folder's entries to the disk; Windows does so by itself and opens no folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(store: Path) -> Generator[None]:
    """One program at a time changes which model is in use. Raises ModelError where the store may not be written."""
    from filelock import FileLock, Timeout

    try:
        store.mkdir(parents=True, exist_ok=True)
        with FileLock(store / ".lock", timeout=_LOCK_SECONDS):
            yield
    except Timeout as e:
        raise ModelError(f"{store}: another program is changing which model is in use. Try again.") from e
    except OSError as e:
        raise ModelError(f"{store}: cannot be written: {e.strerror or e}") from e


def _read(path: Path) -> bytes:
    for wait in (0.05, 0.2, None):
        try:
            return path.read_bytes()
        except PermissionError:
            if wait is None:
                raise
            time.sleep(wait)  # Windows, in the moment that the file is replaced
    raise AssertionError


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _since_now(named: Named) -> Named:
    return msgspec.structs.replace(named, since=_now())


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
