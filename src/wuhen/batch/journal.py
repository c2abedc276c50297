"""What became of which file, kept beside the results: what lets a batch that was stopped go on."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from wuhen.batch.errors import StoreFailed
from wuhen.batch.places import OpenFolder
from wuhen.batch.rows import Row

__all__ = ["Journal", "RowWriter"]

FOLDER = ".wuhen"
"""In the folder of results; hidden, so that it is no photo to anybody."""
KEPT_ROWS = 1000
KEPT_SECONDS = 5.0
"""No more rows than these, nor older ones, are lost with the process; their photos are done once more."""


class RowWriter(Protocol):
    """Where the rows of a report go."""

    def write(self, row: Row) -> None:
        """Write a row."""


class Journal:
    """The rows of this run and of those before it, in parts that are written once and never changed.

    Of two rows about one file, the later counts. Several runs at a time do not hinder each other: each writes
    parts of its own, and deletes only those that it has read.

    Parameters
    ----------
    results
        The folder of results.
    """

    def __init__(self, results: OpenFolder) -> None:
        self._results = results
        self._run = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self._parts = list(results.find_within(FOLDER))
        self._waiting: list[str] = []
        self._count = 0
        self._since = time.monotonic()

    def earlier(self) -> Iterator[Row]:
        """Go through the rows that there are, those of later parts first; what cannot be read is passed over.

        A part has one row about a file at most.
        """
        for part in reversed(self._parts):
            for line in self._results.lines(part):
                try:
                    yield Row.from_line(line)
                except ValueError:
                    continue

    def add(self, row: Row) -> None:
        """Note what became of a file, at the latest with the next row after `KEPT_SECONDS`.

        Where the store does not take it, the next row tries again.
        """
        self._waiting.append(row.as_line())
        late = time.monotonic() - self._since > KEPT_SECONDS
        if late or len(self._waiting) >= KEPT_ROWS:
            try:
                self._flush()
            except StoreFailed:
                self._since = time.monotonic()

    def _flush(self) -> None:
        if self._waiting:
            self._write("\n".join(self._waiting).encode("utf-8", "replace"))
            self._waiting.clear()
        self._since = time.monotonic()

    def _write(self, data: bytes | Path) -> None:
        self._count += 1
        part = f"{FOLDER}/{self._run}-{self._count:06}.jsonl"
        self._results.write(part, data)
        self._parts.append(part)

    def close(self, report: RowWriter, belongs: Callable[[Row], bool]) -> None:
        """Write what is known of each file into `report`, and make one part of all.

        Parameters
        ----------
        report
            Gets one row for each file.
        belongs
            Whether a row is still of interest: its file may be gone.

        Raises
        ------
        StoreFailed
            The journal cannot be read or written.
        """
        self._flush()
        parts = list(self._parts)
        seen: set[str] = set()
        with tempfile.TemporaryDirectory(prefix="wuhen-") as folder:
            whole = Path(folder, "whole.jsonl")
            with whole.open("w", encoding="utf-8", errors="replace") as file:
                for row in self.earlier():
                    if row.input not in seen and belongs(row):
                        seen.add(row.input)
                        report.write(row)
                        file.write(row.as_line() + "\n")
            if len(parts) > 1:
                self._write(whole)
                self._results.delete(parts)
                self._parts = self._parts[len(parts) :]
