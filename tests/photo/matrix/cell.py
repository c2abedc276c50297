"""A cell of the matrix: one file of known samples, what must be read from it, and what was."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuhen.coverage import covered
from wuhen.photo import MaskEmpty, MaskFull, Photo, PhotoError, read_mask, read_photo

__all__ = ["Cell", "Outcome", "Truth", "Verdict", "count", "judge", "judge_mask"]

_WEIGHTS = 0.299, 0.587, 0.114  # luma, ITU-R BT.601
_HALF = 127.5
LOSSY = 4  # values of a sample that are off by more have been coded with losses


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What a file's samples mean.

    Attributes
    ----------
    pixels : (H, W, 3) ndarray of float
        0 is black and 255 white, not rounded.
    alpha : (H, W) ndarray of float, or None
        0 to 255, the same. Where it is 0, colours are not compared.
    tolerance : float
        By how much more than half a step a value may be off, where the standard leaves the arithmetic open.
    known : (H, W) ndarray of bool, or None
        Where colours are compared: not where a decoder may interpolate.
    """

    pixels: NDArray[np.float64]
    alpha: NDArray[np.float64] | None = None
    tolerance: float = 1e-6
    known: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        shares: NDArray[Any],
        alpha: NDArray[Any] | None = None,
        tolerance: float = 1e-6,
        known: NDArray[np.bool_] | None = None,
    ) -> "Truth":
        """Take values from 0 to 1, grey as (H, W) or colours as (H, W, 3)."""
        pixels = np.clip(shares.astype(np.float64), 0, 1) * 255
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[..., None], 3, axis=2)
        return cls(pixels, None if alpha is None else alpha.astype(np.float64) * 255, tolerance, known)

    def turned(self, times: int, *, mirrored: bool = False) -> "Truth":
        """Return it mirrored left to right, then turned counter-clockwise by quarters."""

        def turn(array: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.rot90(array[:, ::-1] if mirrored else array, times)

        return Truth(turn(self.pixels), None if self.alpha is None else turn(self.alpha), self.tolerance)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One file.

    Attributes
    ----------
    format, group, name
        Where it stands in the matrix; the three together are its own.
    data
        The file.
    truth
        What its samples mean; None where no standard says.
    refusal
        A pattern in the reason for which it may be refused; None where it must be read.
    references
        Names of references that do not read this cell as its standard has it; why is said where they are set.
    """

    format: str
    group: str
    name: str
    data: bytes
    truth: Truth | None
    refusal: str | None = None
    references: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_mask(self) -> bool:
        """Whether it can be told what it means as a mask: opaque, and without the specks of a lossy coder."""
        if self.format == "JPEG" or self.truth is None:
            return False
        return self.truth.alpha is None and self.truth.tolerance < LOSSY

    def __str__(self) -> str:
        return f"{self.format} {self.group}: {self.name}"


class Verdict(Enum):
    RIGHT = "right"
    REFUSED = "refused"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a cell.

    Attributes
    ----------
    expected
        Whether it is what the cell asks for.
    detail
        The reason of a refusal, or what is wrong.
    """

    verdict: Verdict
    expected: bool
    detail: str = ""


def _refused(cell: Cell, reason: str) -> Outcome:
    return Outcome(
        Verdict.REFUSED, cell.refusal is not None and bool(re.search(cell.refusal, reason)), reason
    )


def _differ(shown: NDArray[Any], meant: NDArray[np.float64], tolerance: float) -> NDArray[np.bool_]:
    return np.abs(shown.astype(np.float64) - meant) > 0.5 + tolerance


def compare(photo: Photo, truth: Truth) -> str:
    """Say how a photo differs from what it must be; nothing where it does not."""
    if photo.pixels.shape != truth.pixels.shape:
        return f"{photo.pixels.shape} for {truth.pixels.shape}"
    if (photo.alpha is None) != (truth.alpha is None):
        return "alpha lost" if photo.alpha is None else "alpha from nowhere"
    off = _differ(photo.pixels, truth.pixels, truth.tolerance)
    if truth.known is not None:
        off &= truth.known[..., None]
    if truth.alpha is not None and photo.alpha is not None:
        if (other := _differ(photo.alpha, truth.alpha, truth.tolerance)).any():
            return f"{other.sum()} of {other.size} values of alpha differ"
        # A colour that was multiplied by little is known as little.
        off &= (truth.alpha > 0)[..., None]
    if off.any():
        most = np.abs(photo.pixels - truth.pixels)[off].max()
        return f"{off.sum()} of {off.size} values differ, by up to {most:.0f}"
    return ""


def compare_wide(photo: Photo, truth: Truth) -> str:
    """Say how samples of 16 bits differ from what they must be, and whether 8 bits are what they round to."""
    if photo.wide is None:
        return ""
    meant = truth.pixels * 257
    if truth.alpha is not None:
        meant = np.concatenate([meant, truth.alpha[..., None] * 257], axis=2)
    if photo.wide.shape != meant.shape:
        return f"at 16 bits, {photo.wide.shape} for {meant.shape}"
    # Where alpha is divided out, the numbers that are divided are the file's own.
    off = np.abs(photo.wide - meant) > 0.5 + (0 if truth.tolerance < 1 else 257 * truth.tolerance)
    if truth.alpha is not None:
        off[..., :3] &= (truth.alpha > 0)[..., None]
    return f"at 16 bits, {off.sum()} of {off.size} values differ" if off.any() else ""


def judge(cell: Cell) -> Outcome:
    """Read a cell as a photo, at 16 bits too where it has more than 8."""
    try:
        photo = read_photo(cell.data)
        wide = read_photo(cell.data, wide=True) if photo.bits > 8 else photo
    except PhotoError as refusal:
        return _refused(cell, str(refusal))
    if cell.truth is None:
        return Outcome(Verdict.WRONG, expected=False, detail="read, though nothing says what it means")
    wrong = compare(photo, cell.truth) or compare(wide, cell.truth) or compare_wide(wide, cell.truth)
    return Outcome(Verdict.WRONG if wrong else Verdict.RIGHT, not wrong, wrong)


def judge_mask(cell: Cell) -> Outcome:
    """Read an opaque cell as a mask.

    Pixels whose luma is half, or nearly, are not compared, nor those that could be an anti-aliased edge.
    """
    assert cell.truth is not None
    luma = cell.truth.pixels @ np.array(_WEIGHTS)
    height, width = luma.shape
    blank = np.zeros((height, width, 3), np.uint8)
    try:
        hole = read_mask(cell.data, Photo(blank, stored_size=(width, height)))
    except (MaskEmpty, MaskFull) as error:
        hole = np.full(luma.shape, isinstance(error, MaskFull))
    except PhotoError as refusal:
        return _refused(cell, str(refusal))
    off = (hole != (luma > _HALF)) & (np.abs(luma - _HALF) > 2 + cell.truth.tolerance)
    off &= (luma > _HALF) | ~covered(np.rint(luma).astype(np.uint8))
    if cell.truth.known is not None:
        off &= cell.truth.known
    detail = f"{off.sum()} of {off.size} pixels differ" if off.any() else ""
    return Outcome(Verdict.WRONG if detail else Verdict.RIGHT, not detail, detail)


def count(outcomes: Iterable[Outcome]) -> Counter[Verdict]:
    return Counter(outcome.verdict for outcome in outcomes)
