"""The report of a batch as Parquet. Needs pyarrow, which comes with the extra `cluster`."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from wuhen.batch.rows import COLUMNS, Row

__all__ = ["ParquetFile"]

GROUP_ROWS = 10_000
"""Rows that are held before they are written."""
_KINDS: dict[Any, pa.DataType] = {int | None: pa.int64(), float | None: pa.float64()}


class ParquetFile:
    """A file that rows are written into. Use as a context manager.

    Parameters
    ----------
    file
        Where, on this machine.
    """

    def __init__(self, file: Path) -> None:
        columns = [(name, _KINDS.get(kind, pa.string())) for name, kind in COLUMNS.items()]
        self._schema = pa.schema(columns)
        self._file = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._file.close()

    def write(self, row: Row) -> None:
        """Write a row."""
        self._rows.append(row.as_json())
        if len(self._rows) >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()
