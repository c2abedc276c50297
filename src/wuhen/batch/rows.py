"""What became of each file, as a row of the report."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal, Self

__all__ = ["COLUMNS", "Row", "show_found"]


def show_found(found: Mapping[str, int]) -> str:
    """Return how many places were found as a report has it: ``text 3, watermark 0``."""
    return ", ".join(f"{name} {count}" for name, count in found.items())


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the photos' folder and what became of it.

    Attributes
    ----------
    input, mask, output
        URLs, or paths where they are on this machine.
    status
        ``done``; ``unchanged`` for a photo in which nothing was found, and whose result is its copy;
        ``failed`` with the reason; ``skipped`` for what is no photo.
    code
        The protocol's code of a failure, where it has one.
    message
        Why there is no result.
    width, height
        Of the photo, upright, in pixels.
    hole_pixels
        How many were erased.
    seconds
        That it took in a worker.
    engine
        Which one filled.
    size, sha256
        Of the result, which has so many bytes.
    found
        How many places were found of what was looked for, such as ``text 3, watermark 0``.
    remarks
        What its user is told beside.
    input_version, mask_version, output_version
        Entity tags of what was read and written.
    settings
        `JobTemplate.fingerprint` of how it was made.
    finished
        When, in UTC.
    """

    input: str
    status: Literal["done", "unchanged", "failed", "skipped"]
    mask: str | None = None
    output: str | None = None
    code: str | None = None
    message: str | None = None
    width: int | None = None
    height: int | None = None
    hole_pixels: int | None = None
    seconds: float | None = None
    engine: str | None = None
    size: int | None = None
    sha256: str | None = None
    found: str | None = None
    remarks: str | None = None
    input_version: str | None = None
    mask_version: str | None = None
    output_version: str | None = None
    settings: str | None = None
    finished: str | None = None

    def finish(self, **found: object) -> Self:
        """Return it with what was found, as of now."""
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return replace(self, **{**found, "finished": now})  # type: ignore[arg-type]

    def as_line(self) -> str:
        """Return `as_json` as text."""
        return json.dumps(self.as_json(), ensure_ascii=False)

    def as_json(self) -> dict[str, object]:
        """Return it without what it does not have."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_line(cls, line: str | bytes) -> Self:
        """Read what `as_line` wrote.

        Raises
        ------
        ValueError
            It is something else.
        """
        try:
            return cls(**json.loads(line))
        except (TypeError, RecursionError) as error:
            raise ValueError(str(error)) from error


COLUMNS = {one.name: one.type for one in fields(Row)}
"""The report's columns in their order, and their types."""
