"""Objects in real photographs, outlined by hand: what smart select is measured with.

``outlines.json`` has the outlines, ``photographs.json`` where each photograph comes from;
``bench.studio.objects.fetch`` gets them. An outline was drawn by eye on enlarged crops with a grid, laid over
the photograph and mended; no program that segments took part. It consists of closed rings of points, in
pixels of the photograph at its own size (0, 0 is the corner of the first pixel, not its centre). A point is
inside where an odd number of rings goes around it: so a ring in a ring is a hole, and one beside another is a
second piece, as of an object that something stands before.

Half of the objects are for development, the others are fresh: they are looked at for figures alone. Which,
the photograph's checksum says, so that two objects of one photograph are never on both sides.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Photo = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Part = Literal["development", "fresh"]

HERE = Path(__file__).parent
#: Photographs of more pixels are read smaller.
LONGEST = 1600


@dataclass(frozen=True, slots=True)
class Photograph:
    """Where a photograph comes from: a Debian package, a package of PyPI or a repository on GitHub."""

    name: str
    kind: Literal["debian", "pypi", "github"]
    origin: str
    version: str
    file: str
    sha256: str
    size: tuple[int, int]
    licence: str

    @property
    def part(self) -> Part:
        """Whether its objects are for development or fresh: by the parity of its checksum."""
        return "development" if int(self.sha256, 16) % 2 == 0 else "fresh"

    def path(self, folder: Path) -> Path:
        """Its place in a folder of photographs."""
        return folder / f"{self.name}{Path(self.file).suffix.lower()}"

    def read(self, folder: Path, *, longest: int = LONGEST) -> Photo:
        """
        Read it from a folder that ``fetch`` filled.

        Returns
        -------
        Photo
            Height x width x 3, no side longer than ``longest`` pixels.

        Raises
        ------
        ValueError
            If the file is another.
        """
        content = self.path(folder).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ValueError(f"{self.path(folder)} is not the photograph that was outlined.")
        with Image.open(self.path(folder)) as file:
            image = ImageOps.exif_transpose(file).convert("RGB")
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        return np.asarray(image)


@dataclass(frozen=True, slots=True)
class Outlined:
    """An object in a photograph: its name, what it is, and the rings around it."""

    name: str
    kind: str
    photograph: Photograph
    rings: tuple[NDArray[np.float64], ...]

    def mask(self, height: int, width: int) -> Mask:
        """
        Fill its rings.

        Parameters
        ----------
        height, width : int
            Size in pixels at which the photograph was read.

        Returns
        -------
        Mask
            Height x width: true where the centre of the pixel is inside.
        """
        full_width, full_height = self.photograph.size
        scale = np.array([width / full_width, height / full_height])
        return fill_rings([ring * scale for ring in self.rings], height, width)


def fill_rings(rings: list[NDArray[np.float64]], height: int, width: int) -> Mask:
    """Fill closed rings of (x, y) points by the even-odd rule, at the centres of pixels."""
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    mask = np.zeros((height, width), bool)
    columns = np.arange(width) + 0.5
    for row in range(height):
        level = row + 0.5
        crossing = (starts[:, 1] <= level) != (ends[:, 1] <= level)
        if not crossing.any():
            continue
        (x0, y0), (x1, y1) = starts[crossing].T, ends[crossing].T
        places = np.sort(x0 + (level - y0) / (y1 - y0) * (x1 - x0))
        mask[row] = np.searchsorted(places, columns) % 2 == 1
    return mask


@cache
def photographs() -> dict[str, Photograph]:
    """Every photograph by its name."""
    listed = json.loads((HERE / "photographs.json").read_text())
    return {name: Photograph(name=name, size=tuple(one.pop("size")), **one) for name, one in listed.items()}


def objects(part: Part | None = None) -> Iterator[Outlined]:
    """Go through the objects, or through those of one part."""
    for one in json.loads((HERE / "outlines.json").read_text()):
        photograph = photographs()[one["photograph"]]
        if part in {None, photograph.part}:
            rings = tuple(np.array(ring, np.float64).reshape(-1, 2) for ring in one["rings"])
            yield Outlined(one["name"], one["kind"], photograph, rings)
