"""A batch from its listing to its report: what is there already is not done again."""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wuhen.batch.eraser import Setup
from wuhen.batch.journal import Journal
from wuhen.batch.names import copy_name
from wuhen.batch.places import open_folder
from wuhen.batch.report import writing
from wuhen.batch.rows import Row
from wuhen.batch.todo import Todo, list_todos

__all__ = ["Batch", "Means"]


class Means(Protocol):
    """Whoever erases: processes of this machine, or a cluster."""

    def __call__(self, setup: Setup, todos: Sequence[Todo], *, tell: Callable[[Row], None]) -> None:
        """Do what is to be done, and give `tell` what became of each photo."""


@dataclass(frozen=True, slots=True)
class _Result:
    """A result that is there: what it was made of, how, and where it is."""

    photo_version: str | None
    mask_version: str | None
    settings: str | None
    output: str | None
    version: str | None


class Batch:
    """A folder of photos, and what has become of them so far.

    Parameters
    ----------
    setup
        What is to be done.
    overwrite
        Whether photos are done anew that have the result that they would get.

    Attributes
    ----------
    setup
        What is to be done.
    photos
        All photos that have a result, or get one.
    waiting
        The photos that are to be done.
    kept
        How many have their result already.
    others
        Rows of the files that get none.

    Raises
    ------
    BadPlace
        A folder is not there, or cannot be reached.
    StoreFailed
        A folder cannot be read.
    """

    def __init__(self, setup: Setup, *, overwrite: bool) -> None:
        self.setup = setup
        folders = setup.folders
        photos, masks = open_folder(folders.photos), folders.masks.folder
        apart = open_folder(masks) if masks is not None and masks != folders.photos else None
        # A store that cannot be reached at all is told of at once.
        open_folder(folders.results, make=True).reach()
        self._results = open_folder(folders.results, patient=True)
        self._journal = Journal(self._results)
        listed_masks = apart.list() if apart is not None else ()
        todos = list_todos(folders, photos.list(), listed_masks, setup.template.output_format)
        self.others, self.photos = todos.others, todos.photos
        self._inputs = {row.input for row in todos.others}
        self._inputs.update(folders.photos.url_of(todo.photo) for todo in todos.photos)
        kept = set() if overwrite else self._find_kept(todos.photos)
        self.waiting = [todo for todo in todos.photos if todo.photo not in kept]
        self.kept = len(kept)

    def _find_kept(self, todos: list[Todo]) -> set[str]:
        """Return the photos whose results were made of the same versions in the same way, and are there."""
        known = self._known()
        if not known:
            return set()
        results = self._results.folder
        there = {results.url_of(found.name): found.version for found in self._results.list()}
        settings = self.setup.template.fingerprint
        photos = self.setup.folders.photos
        kept = set()
        for todo in todos:
            result = known.get(photos.url_of(todo.photo))
            if result is None:
                continue
            # One that stayed as it was may have its own name.
            names = {todo.output, str(copy_name(Path(todo.photo), Path(todo.output)))}
            output = next((url for url in map(results.url_of, names) if url == result.output), "")
            wanted = todo.photo_version, todo.mask_version, settings, output, there.get(output, "")
            if result == _Result(*wanted):
                kept.add(todo.photo)
        return kept

    def _known(self) -> dict[str, _Result]:
        known: dict[str, _Result] = {}
        for row in self._journal.earlier():
            if row.input in self._inputs and row.input not in known:
                known[row.input] = _Result(
                    row.input_version, row.mask_version, row.settings, row.output, row.output_version
                )
        return known

    def run(self, means: Means, *, report: str, tell: Callable[[Row], None]) -> Counter[str]:
        """Do what is waiting, and write the report, whatever ends this.

        Parameters
        ----------
        means
            Who erases.
        report
            One of `wuhen.batch.report.KINDS`.
        tell
            Is given what became of each file, once, as soon as it is known.

        Returns
        -------
        Counter
            How many rows there were of which status.

        Raises
        ------
        StoreFailed
            The report cannot be written.
        """
        counts = Counter[str]()

        def note(row: Row) -> None:
            self._journal.add(row)
            counts[row.status] += 1
            tell(row)

        try:
            for row in self.others:
                note(row)
            if self.waiting:
                means(self.setup, self.waiting, tell=note)
        finally:
            self._close(report)
        return counts

    def _close(self, report: str) -> None:
        with tempfile.TemporaryDirectory(prefix="wuhen-") as folder:
            file = Path(folder, f"report.{report}")
            with writing(file, report) as rows:
                self._journal.close(rows, self._belongs)
            self._results.write(file.name, file)

    def _belongs(self, row: Row) -> bool:
        """Tell whether a row's file is there, as far as this batch knows: another has other photos."""
        return row.input in self._inputs or not row.input.startswith(str(self.setup.folders.photos))
