"""The directory that models lie in. A file has a model's name only if it was found to be that model."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from wuhen.models.catalogue import Model
from wuhen.models.errors import WrongFile

__all__ = ["ModelStore", "State"]

State = Literal["ready", "damaged", "partial", "missing"]


class ModelStore:
    """Models in a directory, which is made when something is to be put there.

    Parameters
    ----------
    directory : Path
        May be missing.
    waiting : callable
        Called where a change has to wait for another process to finish its own.
    """

    def __init__(self, directory: Path, waiting: Callable[[], None] = lambda: None) -> None:
        self.directory = directory
        self._waiting = waiting

    def path(self, model: Model) -> Path:
        """Return where the model's file lies, or would lie."""
        return self.directory / model.file

    def part(self, model: Model) -> Path:
        """Return where what has come of the model so far is kept."""
        return self.directory / f"{model.file}.part"

    def find(self, model: Model) -> Path | None:
        """Return the model's file, or None where it is not there."""
        path = self.path(model)
        return path if path.is_file() else None

    def state(self, model: Model) -> State:
        """Tell whether the model is there, by its checksum.

        Raises
        ------
        OSError
            A file cannot be read.
        """
        if path := self.find(model):
            return "ready" if is_model(path, model) else "damaged"
        return "partial" if self.part(model).is_file() else "missing"

    def add(self, model: Model, source: Path) -> Path:
        """Copy a file that was brought by hand to its place.

        Raises
        ------
        WrongFile
            It is not the model.
        OSError
            It cannot be read, or the copy not written; nothing is left of it then.
        """
        with self.lock(model):
            copy = self.directory / f".{model.file}.copy"
            try:
                shutil.copyfile(source, copy)
                check(copy, model, str(source))
                self.part(model).unlink(missing_ok=True)
                return self.install(model, copy)
            except BaseException:
                copy.unlink(missing_ok=True)
                raise

    def install(self, model: Model, file: Path) -> Path:
        """Give a file that was found to be the model the model's name."""
        with file.open("rb") as opened:
            # On disk first: a crash must not leave the name with less behind it.
            os.fsync(opened.fileno())
        return file.replace(self.path(model))

    def remove(self, model: Model) -> bool:
        """Delete the model and any part of it; tell whether there was anything.

        Raises
        ------
        OSError
            It cannot be deleted.
        """
        found = [path for path in (self.path(model), self.part(model)) if path.exists()]
        if found:
            with self.lock(model):
                for path in found:
                    path.unlink(missing_ok=True)
        return bool(found)

    @contextmanager
    def lock(self, model: Model) -> Iterator[None]:
        """Keep other processes from changing the model's files; waits for one that does.

        The lock's file stays: deleting it would let two in.

        Raises
        ------
        OSError
            The directory cannot be made or written to.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / f".{model.file}.lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._waiting()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def is_model(path: Path, model: Model) -> bool:
    """Tell whether a file is the model."""
    with path.open("rb") as file:
        return (
            os.fstat(file.fileno()).st_size == model.size
            and hashlib.file_digest(file, "sha256").hexdigest() == model.sha256
        )


def check(path: Path, model: Model, what: str) -> None:
    """Make sure that a file is the model.

    Raises
    ------
    WrongFile
        It is not; the message calls it `what`.
    """
    if not is_model(path, model):
        raise WrongFile(f"{what} is not {model.file}: its SHA-256 is not {model.sha256}")
