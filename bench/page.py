"""Make the pictures and the table of docs/quality.md from the bundled photographs.

    python -m bench.page [--engines patch,telea,navier-stokes,pypatchmatch]

Written are docs/figures/quality-*.jpg, one contact sheet per hole, and, between two markers in
docs/quality.md, the figures of those holes under which the truth is known.
"""

import argparse
from pathlib import Path

import numpy as np
from bench.figures import FIGURES, Image
from bench.holes import make_blob
from bench.peers import Engine, find_engine
from bench.quality import Case, run_case
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter, ImageFont

import wuhen
from wuhen import samples

_DOCS = Path(__file__).parent.parent / "docs"
_BEGIN, _END = "<!-- written by bench.page -->\n", "<!-- end -->\n"
_ENGINES = "patch,telea,navier-stokes,pypatchmatch"
#: What is written above an engine's tile.
_NAMES = {
    "patch": "Wuhen",
    "remove_traces": "Wuhen, remove_traces",
    "telea": "Telea",
    "navier-stokes": "Navier-Stokes",
    "pypatchmatch": "PyPatchMatch",
}
#: Columns of a sheet and width of its tiles, for windows that are wide and for others.
_WIDE, _OTHER = (2, 460), (3, 330)
_STRIP = 22
_GAP = 4
_HOLE_COLOUR = (255, 0, 255)
#: How far a sheet shows beyond the hole's box, as a share of the square root of the box's area.
_MARGIN = 0.4
#: Above this row nothing is written across the photograph with the caption.
_CLEAN = 620
#: Where the spruce is put for its shadow to fall on grass, how far that falls, how soft and dark it is.
_ON_GRASS = (170, -420)
_SHADOW_SHIFT, _SHADOW_BLUR, _SHADOW_DARK = (9, 9), 7, 0.5
#: How far the mask that is too small cuts into it, in pixels.
_CUT = 3
_BLOB_SHARE = 0.08
_BLOB_SEED = 0


def read_sample(name: str) -> tuple[Image, NDArray[np.bool_]]:
    """Read a bundled photograph and its hole."""
    with Pillow.open(samples.photo_path(name)) as photo, Pillow.open(samples.mask_path(name)) as mask:
        return np.array(photo.convert("RGB")), np.array(mask.convert("1"))


def make_cases() -> tuple[list[Case], list[Case]]:
    """Make the holes for which nobody knows the truth, and those for which it is there to be seen."""
    spruce, tree = read_sample("spruce")
    caption, letters = read_sample("caption")
    unknown = [Case("tree", "", spruce, spruce, tree), Case("caption", "", caption, caption, letters)]
    slope = caption[:_CLEAN]
    moved = np.roll(tree, (-50, -560), (0, 1))
    written = np.roll(letters, -200, 0)[: len(spruce)]
    blob = make_blob(slope.shape[:2], _BLOB_SHARE, np.random.default_rng(_BLOB_SEED))
    known = [
        Case("object", "", spruce, spruce, moved),
        Case("text", "", spruce, spruce, written),
        Case("blob", "", slope, slope, blob),
    ]
    return unknown, known


def put_tree() -> list[Case]:
    """Put the bundled spruce onto the grass: with a soft shadow, and with a mask that cuts into it."""
    spruce, tree = read_sample("spruce")
    moved = np.roll(tree, _ON_GRASS, (0, 1))
    outline = Pillow.fromarray(moved.astype(np.uint8) * 255)
    shade = Pillow.fromarray(np.roll(moved, _SHADOW_SHIFT, (0, 1)).astype(np.uint8) * 255)
    dark = np.asarray(shade.filter(ImageFilter.GaussianBlur(_SHADOW_BLUR)), np.float32) / 255 * _SHADOW_DARK
    shaded = np.rint(spruce * (1 - dark[..., None])).astype(np.uint8)
    there = np.roll(spruce, _ON_GRASS, (0, 1))
    photos = [np.where(moved[..., None], there, ground) for ground in (shaded, spruce)]
    inside = np.asarray(outline.filter(ImageFilter.MinFilter(2 * _CUT + 1))) > 0
    return [Case("shadow", "", spruce, photos[0], moved), Case("rim", "", spruce, photos[1], inside)]


def _exclude_traces(photo: Image, mask: Image) -> Image:
    return wuhen.erase(photo, mask, engine="patch", remove_traces=True)


def find_window(hole: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Find what a contact sheet shows: the hole's box and some of what is around it."""
    spans = [np.flatnonzero(hole.any(axis)) for axis in (1, 0)]
    margin = round(_MARGIN * float(np.prod([span[-1] - span[0] for span in spans])) ** 0.5)
    rows, columns = (slice(max(0, int(span[0]) - margin), int(span[-1]) + margin + 1) for span in spans)
    return rows, columns


def write_sheet(tiles: dict[str, Image], path: Path) -> None:
    """Write a contact sheet, with the name of each tile above it."""
    height, width = next(iter(tiles.values())).shape[:2]
    columns, tile_width = _WIDE if width > 1.5 * height else _OTHER
    size = (tile_width, round(height * tile_width / width))
    across, down = tile_width + _GAP, size[1] + _STRIP + _GAP
    rows = -(-len(tiles) // columns)
    sheet = Pillow.new("RGB", (columns * across - _GAP, rows * down), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(15)
    for index, (name, tile) in enumerate(tiles.items()):
        left, top = index % columns * across, index // columns * down
        draw.text((left + 2, top + _STRIP / 2), name, fill="black", font=font, anchor="lm")
        sheet.paste(Pillow.fromarray(tile).resize(size, Pillow.Resampling.LANCZOS), (left, top + _STRIP))
    sheet.save(path, quality=82, optimize=True)


def run_sheet(case: Case, engines: dict[str, Engine], before: str) -> dict[str, dict[str, float]]:
    """Fill a hole with every engine; write its sheet and return the figures."""
    window = find_window(case.hole)
    holed = np.where(case.hole[..., None], np.array(_HOLE_COLOUR, np.uint8), case.photo)
    tiles = {before: case.photo[window], "hole": holed[window]}
    figures = {}
    for name, engine in engines.items():
        result, figures[name] = run_case(engine, case)
        tiles[_NAMES.get(name, name)] = result[window]
    write_sheet(tiles, _DOCS / "figures" / f"quality-{case.name}.jpg")
    return figures


def make_table(found: dict[str, dict[str, dict[str, float]]]) -> str:
    """Write figures as a Markdown table, the best of each hole in bold."""
    lines = [f"| hole | engine | {' | '.join(FIGURES)} |", "|---|---|" + "--:|" * len(FIGURES)]
    for hole, engines in found.items():
        best = {figure: max(_worth(figure, row) for row in engines.values()) for figure in FIGURES}
        for name, row in engines.items():
            cells = [
                f"**{_shown(figure, row)}**" if _worth(figure, row) == best[figure] else _shown(figure, row)
                for figure in FIGURES
            ]
            lines.append(f"| {hole} | {_NAMES.get(name, name)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shown(figure: str, row: dict[str, float]) -> str:
    return f"{row[figure]:.{1 if figure == 'psnr' else 3}f}"


def _worth(figure: str, row: dict[str, float]) -> float:
    """Turn a figure, as it is shown, into one of which more is better."""
    value = float(_shown(figure, row))
    if figure == "sharp":
        return -abs(value - 1)
    return value if FIGURES[figure] else -value


def main() -> None:
    """Make pictures and table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", default=_ENGINES)
    names = parser.parse_args().engines.split(",")
    engines = {name: find_engine(name) for name in names}
    (_DOCS / "figures").mkdir(exist_ok=True)
    unknown, known = make_cases()
    for case in unknown:
        run_sheet(case, engines, "photo")
    # Navier-Stokes does there what Telea does, and the sheet has room for six.
    others = {name: engine for name, engine in engines.items() if name != "navier-stokes"}
    for case in put_tree():
        run_sheet(case, {"remove_traces": _exclude_traces} | others, "photo")
    table = make_table({case.name: run_sheet(case, engines, "truth") for case in known})
    page = _DOCS / "quality.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    page.write_text(before + _BEGIN + table + _END + rest.partition(_END)[2], encoding="utf-8")
    print(table, end="")


if __name__ == "__main__":
    main()
