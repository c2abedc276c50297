"""Other decoders, asked what they read from a cell: libtiff's tools, ImageMagick, tifffile."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photo.matrix.cell import Cell, Truth

__all__ = ["REFERENCES", "Answer", "Reference"]

_INDEX = "{:05}"
_BATCH = 100  # files for one process: if it dies, the rest of them is lost


class Answer(Enum):
    """What a reference makes of a cell that we read: the same; something else, for a known reason or not."""

    AGREES = "agrees"
    DISPUTED = "disputed"
    UNREAD = "does not read it"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Reference:
    """A decoder.

    Attributes
    ----------
    name
        As people call it.
    formats
        The formats that it is asked about.
    is_here
        Whether it is installed.
    read
        Yields, for each cell, (H, W, 4) samples of 8 bits, or None where it does not read the file.
    disputed
        Patterns in the names of cells that it reads in another way than we do, each with the reason.
    """

    name: str
    formats: frozenset[str]
    is_here: Callable[[], bool]
    read: Callable[[Sequence[Cell]], Iterator[NDArray[np.uint8] | None]]
    disputed: dict[str, str]

    def ask(self, cells: Sequence[Cell]) -> Iterator[tuple[Cell, Answer, str]]:
        """Yield what comes of each cell that has a truth and is of a format that it is asked about.

        The third is how the reference differs, or why it does.
        """
        asked = [cell for cell in cells if cell.format in self.formats]
        for cell, shown in zip(asked, self.read(asked), strict=True):
            assert cell.truth is not None
            if shown is None:
                yield cell, Answer.UNREAD, ""
            elif not (difference := _differs(shown, cell.truth)):
                yield cell, Answer.AGREES, ""
            else:
                known = (why for pattern, why in self.disputed.items() if re.search(pattern, str(cell)))
                why = next(known, "")
                yield cell, Answer.DISPUTED if why else Answer.DIFFERS, why or difference


def _differs(shown: NDArray[np.uint8], truth: Truth, slack: float = 1) -> str:
    """Say how what a reference read differs from the truth; nothing where it agrees, rounding aside."""
    height, width = truth.pixels.shape[:2]
    if shown.shape[:2] != (height, width):
        return f"{shown.shape} for {truth.pixels.shape}"
    alpha = np.full((height, width), 255.0) if truth.alpha is None else truth.alpha
    if (np.abs(shown[..., 3] - alpha) > 0.5 + slack).any():
        return "alpha differs"
    off = np.abs(shown[..., :3] - truth.pixels) > 0.5 + slack + truth.tolerance
    off &= (alpha > 0)[..., None]
    if truth.known is not None:
        off &= truth.known[..., None]
    return f"{off.sum()} of {off.size} values differ" if off.any() else ""


def _written(cells: Iterable[Cell], folder: Path) -> list[Path]:
    """Write cells as files, each with the suffix of its format."""
    paths = []
    for index, cell in enumerate(cells):
        paths.append(folder / f"{_INDEX.format(index)}.{cell.format.lower()}")
        paths[-1].write_bytes(cell.data)
    return paths


def _mogrify() -> list[str] | None:
    if magick := shutil.which("magick"):
        return [magick, "mogrify"]
    return [found] if (found := shutil.which("mogrify")) else None


def _by_imagemagick(cells: Sequence[Cell]) -> Iterator[NDArray[np.uint8] | None]:
    """Have one process convert all cells; each result says its size."""
    command = _mogrify()
    assert command is not None
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name), Path(name) / "out"
        out.mkdir()
        paths = _written(cells, folder)
        common = ["-auto-orient", "-colorspace", "sRGB", "-type", "TrueColorAlpha", "-depth", "8"]
        options = ["-path", out, *common, "-define", "pam:tuple-type=RGB_ALPHA", "-format", "pam"]
        for at in range(0, len(paths), _BATCH):
            subprocess.run(
                [*map(str, (*command, *options, *paths[at : at + _BATCH]))],
                check=False,
                capture_output=True,
                timeout=60,
            )
        for path in paths:
            # Of an animation the first frame is meant, which has a number of its own then.
            found = [out / f"{path.stem}.pam", out / f"{path.stem}-0.pam"]
            yield next((_read_pam(one.read_bytes()) for one in found if one.exists()), None)


def _read_pam(data: bytes) -> NDArray[np.uint8] | None:
    head, _, body = data.partition(b"ENDHDR\n")
    fields = dict(line.split(b" ", 1) for line in head.splitlines()[1:] if b" " in line)
    width, height, depth = (int(fields[key]) for key in (b"WIDTH", b"HEIGHT", b"DEPTH"))
    if width * height == 0 or depth != 4 or int(fields[b"MAXVAL"]) != 255 or len(body) < width * height * 4:
        return None
    return np.frombuffer(body[: width * height * 4], np.uint8).reshape(height, width, 4)


def _by_libtiff(cells: Sequence[Cell]) -> Iterator[NDArray[np.uint8] | None]:
    """Have libtiff's own interpretation of colours written as RGBA, and divide alpha out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in _written(cells, folder):
            out = folder / f"{path.stem}.out"
            done = subprocess.run(
                ["tiff2rgba", "-c", "none", path, out], check=False, capture_output=True, timeout=20
            )
            broken = done.returncode or not out.exists() or b"Error" in done.stderr
            yield None if broken else _read_rgba(out.read_bytes())


def _read_rgba(data: bytes) -> NDArray[np.uint8] | None:
    import tifffile  # noqa: PLC0415 - large, and only these tests need it

    with tifffile.TiffFile(BytesIO(data)) as file:
        if not len(file.pages):
            return None  # it gave up
        shown = np.asarray(file.pages[0].asarray())
    if shown.ndim != 3 or shown.shape[2] != 4:
        return None
    divided = shown[..., :3] * 255.0 / np.maximum(shown[..., 3:], 1)
    return np.concatenate([divided.clip(0, 255).round(), shown[..., 3:]], axis=2).astype(np.uint8)


def _by_tifffile(cells: Sequence[Cell]) -> Iterator[NDArray[np.uint8] | None]:
    for cell in cells:
        yield _read_by_tifffile(cell.data)


def _read_by_tifffile(data: bytes) -> NDArray[np.uint8] | None:
    """Have the samples read as numbers, and make a picture of them by the plainest arithmetic."""
    import tifffile  # noqa: PLC0415 - see above

    try:
        with tifffile.TiffFile(BytesIO(data)) as file:
            page = file.pages[0]
            assert isinstance(page, tifffile.TiffPage)
            samples = np.asarray(page.asarray())
            said = int(page.photometric), int(page.planarconfig), page.tags.valueof(274, default=1)
            extra = tuple(map(int, page.extrasamples))
    except Exception:  # whatever it cannot read
        return None
    if samples.dtype.kind not in "ub":
        return None
    photometric, planar, orientation = said
    samples = (samples[..., None] if samples.ndim == 2 else samples).astype(np.int64)
    samples = np.moveaxis(samples, 0, 2) if planar == 2 and page.samplesperpixel > 1 else samples
    shares = samples / ((1 << page.bitspersample) - 1)
    if photometric in {0, 1}:
        colours = np.repeat(shares[..., :1] if photometric else 1 - shares[..., :1], 3, axis=2)
    elif photometric == 2:
        colours = shares[..., :3]
    elif photometric == 3 and page.colormap is not None:
        colours = np.moveaxis(page.colormap[:, samples[..., 0]], 0, 2) / 0xFFFF
    elif photometric == 5:
        colours = (1 - shares[..., :3]) * (1 - shares[..., 3:4])
    else:
        return None
    own = {0: 1, 1: 1, 3: 1, 5: 4}.get(photometric, 3)
    at = next((own + i for i, kind in enumerate(extra) if kind), None)
    alpha = np.ones(shares.shape[:2]) if at is None else shares[..., at]
    if at is not None and extra[at - own] == 1:
        colours = colours / np.maximum(alpha, 1e-9)[..., None]
    shown = np.concatenate([colours.clip(0, 1), alpha[..., None]], axis=2) * 255
    return _turned(np.round(shown).astype(np.uint8), orientation)


def _turned(shown: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    shown = shown.swapaxes(0, 1) if orientation in {5, 6, 7, 8} else shown
    shown = shown[::-1] if orientation in {3, 4, 7, 8} else shown
    return shown[:, ::-1] if orientation in {2, 3, 6, 7} else shown


_LIBTIFF_DISPUTED = {
    r"extra samples|undeclared|palette with alpha|999": "multiplies any alpha in, at 8 bits",
    r"orientation [5-8]": "turns no picture on its side",
    r"16 bits, .*tiles": "mistakes the columns beside the edge in a tile of grey of 16 bits for those in it",
    r"CIELAB": "shows colours seen under D50 as if seen under D65",
    r"subsampling 4x4": "leaves out the unit in the corner where it is cut at both sides",
    r"of 16 to 235": "rounds its tables of luma and chroma, and is off by one more",
}
_TIFFFILE_DISPUTED = {
    r"undeclared": "leaves to its caller what an undeclared sample is",
    r"colours of bytes,": "leaves to its caller that a palette has bytes where 16 bits are due",
}
_IMAGEMAGICK_DISPUTED = {
    r"TIFF (extra samples|palette with|undeclared)|unspecified extra": "takes further samples for alpha",
    r"TIFF grey: (2|4|6|10|12|14) bits, white is zero": "inverts grey of 1, 8 and 16 bits only",
    r"TIFF CIELAB": "takes ICCLAB for CIELAB, and shifts a and b of 16 bits by a half",
    r"TIFF YCbCr: (subsampling|BT.709|of 16)": "takes all chroma for that of JFIF, and none for subsampled",
    r"JPEG within: photometric 5.*tiles": "inverts the inks of JPEG tiles, and not of strips",
    r"PNG ancillary: gAMA": "converts samples of another gamma, where we keep them and carry it as a profile",
    r"PNG palette: .*some beyond": "shows the first colour for an index beyond the palette, libpng black",
    r"PNG transparent colour: .*upper bits": "does not drop upper bits, which do not count",
    r"BMP palette: .*header 64": "has three bytes for a colour of OS/2 2.0, whose entries have four",
    r"BMP palette: .*indices beyond": "shows the first colour for an index beyond the palette, Windows black",
    r"BMP masks: .*header 5[26]": "has masks of alpha in other headers than Microsoft",
    r"BMP masks: .*(masks f00 f0 f | 8000,| c0000000,)": "does not stretch 1, 2 or 4 bits",
    r"BMP no masks: .*anything": "takes the byte that Microsoft calls unused for alpha",
    r"BMP unset alpha": "keeps alpha that is 0 all over, and so the picture invisible",
    r"WEBP alpha plane: flags 0": "shows alpha that the file's flags deny; libwebp's own demuxer does not",
    r"WEBP animation: .*at 4, 2": "shows the frame without the canvas around it",
}

REFERENCES = (
    Reference(
        "libtiff",
        frozenset({"TIFF"}),
        lambda: shutil.which("tiff2rgba") is not None,
        _by_libtiff,
        _LIBTIFF_DISPUTED,
    ),
    Reference(
        "tifffile",
        frozenset({"TIFF"}),
        lambda: find_spec("tifffile") is not None and find_spec("imagecodecs") is not None,
        _by_tifffile,
        _TIFFFILE_DISPUTED,
    ),
    Reference(
        "ImageMagick",
        frozenset({"TIFF", "PNG", "BMP", "WEBP", "JPEG"}),
        lambda: _mogrify() is not None,
        _by_imagemagick,
        _IMAGEMAGICK_DISPUTED,
    ),
)
