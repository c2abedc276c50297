"""Blind sheets of two engines' results, and what those say who looked at them.

    python -m bench.sheets make CASES RESULTS_A RESULTS_B SHEETS KEY [--seed S] [--limit N]
    python -m bench.sheets tally KEY ANSWERS

``make`` writes a sheet for each case that both folders of results have, as SHEETS/000.png and so on, in an
order and with sides that are shuffled by the seed: the hole, A and B at full size, as much around the hole as
fits into a sheet that viewers show unshrunk. Where the hole itself does not fit, its middle is shown, and all
of it, shrunk, in SHEETS/000-whole.png. KEY, a JSON file kept apart, says what is what. CASES holds NAME.png
and NAME_mask.png as `bench.quality` reads them, folders of results NAME.png; engines are called as the
folders are.

``tally`` reads a CSV file of answers, ``sheet,better,grade_a,grade_b``: 000,A,4,3 or 001,=,2,2; grades may be
left out. Printed are how often each engine was preferred and its mean grade.
"""

import argparse
import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

__all__ = ["Tally", "crop_around", "lay_out", "shuffle", "tally"]

_HALF = 128
_HOLE_COLOUR = (255, 0, 255)
#: Viewers shrink what is longer, or has more pixels.
_LONGEST, _AREA = 1560, 1_150_000
_GAP, _CAPTION = 8, 26
#: Surroundings on every side of a hole, as a share of its extent, and in pixels at least.
_ROOM, _MIN_ROOM = 0.35, 48
_TILES = ("hole", "A", "B")

Box = tuple[int, int, int, int]


class Layout(NamedTuple):
    """How three tiles lie: how many in a row, and the size that each may have."""

    columns: int
    width: int
    height: int


def lay_out(width: int, height: int) -> Layout:
    """Choose whether tiles lie side by side or one above the other, and how large they may be.

    The choice shows more of a picture of that size, at full size.
    """
    layouts = []
    for columns in (len(_TILES), 1):
        rows = len(_TILES) // columns
        most = (_LONGEST // columns - _GAP, _LONGEST // rows - _GAP - _CAPTION)
        # The area that captions leave is shared out along the side that is not at its most.
        if columns > 1:
            wide = min(width, most[0])
            tall = min(height, most[1], _AREA // (columns * (wide + _GAP)) - _GAP - _CAPTION)
        else:
            tall = min(height, most[1])
            wide = min(width, most[0], _AREA // (rows * (tall + _GAP + _CAPTION)) - _GAP)
        layouts.append(Layout(columns, wide, tall))
    return max(layouts, key=lambda layout: layout.width * layout.height)


def crop_around(hole: NDArray[np.bool_]) -> Box:
    """Left, top, right and bottom of a hole with its surroundings, within the picture."""
    rows, columns = np.nonzero(hole)
    top, bottom = int(rows.min()), int(rows.max()) + 1
    left, right = int(columns.min()), int(columns.max()) + 1
    room = max(_MIN_ROOM, round(_ROOM * ((bottom - top) * (right - left)) ** 0.5))
    return (
        max(0, left - room),
        max(0, top - room),
        min(hole.shape[1], right + room),
        min(hole.shape[0], bottom + room),
    )


def _cut_to(box: Box, layout: Layout) -> Box:
    """Cut a box to a tile's size, around its middle."""
    left, top, right, bottom = box
    width, height = min(layout.width, right - left), min(layout.height, bottom - top)
    left, top = (left + right - width) // 2, (top + bottom - height) // 2
    return left, top, left + width, top + height


def shuffle(names: Iterable[str], seed: int) -> list[tuple[str, bool]]:
    """Return cases in a random order, each with whether its sides are exchanged; half of them are."""
    rng = np.random.default_rng(seed)
    ordered = sorted(names)
    exchanged = np.arange(len(ordered)) % 2 == 1
    rng.shuffle(exchanged)
    return [
        (ordered[index], bool(flag))
        for index, flag in zip(rng.permutation(len(ordered)), exchanged, strict=True)
    ]


def draw(tiles: list[Pillow.Image], layout: Layout) -> Pillow.Image:
    """Put captioned tiles, all of one size, on a sheet."""
    width, height = tiles[0].size
    rows = len(tiles) // layout.columns
    sheet = Pillow.new(
        "RGB", (layout.columns * (width + _GAP), rows * (height + _GAP + _CAPTION)), (255, 255, 255)
    )
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(20)
    for index, (tile, caption) in enumerate(zip(tiles, _TILES, strict=True)):
        row, column = divmod(index, layout.columns)
        left, top = column * (width + _GAP), row * (height + _GAP + _CAPTION)
        pen.text((left + 4, top), caption, fill=(0, 0, 0), font=font)
        sheet.paste(tile, (left, top + _CAPTION))
    return sheet


def write_sheets(pictures: list[Pillow.Image], hole: NDArray[np.bool_], path: Path) -> None:
    """Write the sheet of a case, and where the hole is too large for it, another of all of it."""
    box = crop_around(hole)
    width, height = box[2] - box[0], box[3] - box[1]
    layout = lay_out(width, height)
    part = _cut_to(box, layout)
    draw([picture.crop(part) for picture in pictures], layout).save(path)
    if part != box:
        scale = min(layout.width / width, layout.height / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        whole = [picture.crop(box).resize(size, Pillow.Resampling.LANCZOS) for picture in pictures]
        draw(whole, layout).save(path.with_name(f"{path.stem}-whole.png"))


def make(options: argparse.Namespace) -> None:
    """Write sheets and their key."""
    folders = (options.results_a, options.results_b)
    names = {path.stem for path in folders[0].glob("*.png")} & {
        path.stem for path in folders[1].glob("*.png")
    }
    names &= {path.stem.removesuffix("_mask") for path in options.cases.glob("*_mask.png")}
    options.sheets.mkdir(parents=True, exist_ok=True)
    key = {}
    for number, (name, exchanged) in enumerate(shuffle(names, options.seed)[: options.limit]):
        hole = np.array(Pillow.open(options.cases / f"{name}_mask.png").convert("L")) >= _HALF
        photo = Pillow.open(options.cases / f"{name}.png").convert("RGB")
        holed = Pillow.fromarray(np.where(hole[..., None], np.array(_HOLE_COLOUR, np.uint8), np.array(photo)))
        sides = folders[::-1] if exchanged else folders
        results = [Pillow.open(folder / f"{name}.png").convert("RGB") for folder in sides]
        write_sheets([holed, *results], hole, options.sheets / f"{number:03}.png")
        key[f"{number:03}"] = {"case": name, "A": sides[0].name, "B": sides[1].name}
    options.key.parent.mkdir(parents=True, exist_ok=True)
    options.key.write_text(json.dumps(key, indent=1) + "\n")
    print(f"{len(key)} sheets in {options.sheets}")


@dataclass(slots=True)
class Tally:
    """What was said of an engine: how often it was preferred, and its grades."""

    preferred: int = 0
    grades: list[float] = field(default_factory=list)


def tally(key: dict[str, dict[str, str]], answers: Iterable[dict[str, str]]) -> tuple[dict[str, Tally], int]:
    """Count answers by engine.

    Parameters
    ----------
    key
        By sheet, which engine is ``A`` and which ``B``.
    answers
        Of each sheet that was judged: ``sheet``, ``better`` (A, B, or = for neither), ``grade_a`` and
        ``grade_b``.

    Returns
    -------
    tuple
        The engines' tallies, and the number of sheets where neither was preferred.

    Raises
    ------
    ValueError
        When an answer is of no sheet, or prefers what is not there.
    """
    counts: dict[str, Tally] = {}
    neither = 0
    for answer in answers:
        sheet, better = answer["sheet"].strip().zfill(3), answer["better"].strip().upper()
        if sheet not in key or better not in {"A", "B", "="}:
            raise ValueError(f"cannot make anything of {answer}")
        neither += better == "="
        for side in "AB":
            engine = counts.setdefault(key[sheet][side], Tally())
            engine.preferred += better == side
            grade = (answer.get(f"grade_{side.lower()}") or "").strip()
            if grade:
                engine.grades.append(float(grade))
    return counts, neither


def _print_tally(options: argparse.Namespace) -> None:
    with options.answers.open(newline="") as file:
        counts, neither = tally(json.loads(options.key.read_text()), csv.DictReader(file))
    for name, count in counts.items():
        grade = f"{np.mean(count.grades):.2f}" if count.grades else "-"
        print(f"{name:20} preferred {count.preferred:3}  mean grade {grade}")
    print(f"{'neither':20} preferred {neither:3}")


def main() -> None:
    """Make sheets, or count answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    maker = commands.add_parser("make")
    for name in ("cases", "results_a", "results_b", "sheets", "key"):
        maker.add_argument(name, type=Path)
    maker.add_argument("--seed", type=int, default=0)
    maker.add_argument("--limit", type=int, help="at most so many sheets")
    maker.set_defaults(run=make)
    counter = commands.add_parser("tally")
    counter.add_argument("key", type=Path)
    counter.add_argument("answers", type=Path)
    counter.set_defaults(run=_print_tally)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
