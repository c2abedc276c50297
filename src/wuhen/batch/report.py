"""The report of a batch: a row for each file, as CSV or as Parquet."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from wuhen.batch.journal import RowWriter
from wuhen.batch.rows import COLUMNS, Row

__all__ = ["KINDS", "writing"]

KINDS: Final = ("csv", "parquet")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula; names and labels are a stranger's."""


class _Csv:
    def __init__(self, file: IO[str]) -> None:
        self._rows = csv.DictWriter(file, list(COLUMNS))
        self._rows.writeheader()

    def write(self, row: Row) -> None:
        self._rows.writerow({name: _harmless(value) for name, value in row.as_json().items()})


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


@contextmanager
def writing(file: Path, kind: str) -> Iterator[RowWriter]:
    """Write a report into a file of this machine.

    Parameters
    ----------
    file
        Where.
    kind
        One of `KINDS`. Parquet needs pyarrow, which comes with the extra `cluster`.

    Raises
    ------
    ModuleNotFoundError
        It needs pyarrow, which is not there.
    """
    if kind == "parquet":
        from wuhen.batch.parquet import ParquetFile

        with ParquetFile(file) as rows:
            yield rows
        return
    with file.open("w", encoding="utf-8", errors="replace", newline="") as text:
        yield _Csv(text)
