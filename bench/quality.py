"""Measure fill engines side by side on photos whose truth is known.

    python -m bench.quality CASES [--engines patch,telea,pypatchmatch] [--out DIR] [--limit N]

CASES holds NAME.png (the truth), NAME_mask.png (128 and above is the hole) and, where the photo to edit is
not the truth with a hole in it, NAME_input.png. The letters of NAME before its digits are its kind; figures
are means per kind. An engine never sees what was in the hole. Each is run once before its time counts. With
--out, a contact sheet per kind (photo, hole, each engine) and figures.json are written there.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench.figures import FIGURES, Image, measure
from bench.peers import Engine, find_engine
from numpy.typing import NDArray
from PIL import Image as Pillow

_HALF = 128
_TILE_HEIGHT = 300
_HOLE_COLOUR = (255, 0, 255)


@dataclass(frozen=True, slots=True)
class Case:
    """A truth, the photo to edit and its hole."""

    name: str
    kind: str
    truth: Image
    photo: Image
    hole: NDArray[np.bool_]


def read_cases(folder: Path) -> list[Case]:
    """Read every case of a folder, in order of name."""
    cases = []
    for path in sorted(folder.glob("*_mask.png")):
        name = path.stem.removesuffix("_mask")
        truth = np.array(Pillow.open(folder / f"{name}.png").convert("RGB"))
        given = folder / f"{name}_input.png"
        photo = np.array(Pillow.open(given).convert("RGB")) if given.exists() else truth
        hole = np.array(Pillow.open(path).convert("L")) >= _HALF
        cases.append(Case(name, name.rstrip("0123456789"), truth, photo, hole))
    return cases


def run_case(engine: Engine, case: Case) -> tuple[Image, dict[str, float]]:
    """Fill one case; return result and figures, ``seconds``, and ``exact``: 1 if the rest is untouched."""
    holed = np.where(case.hole[..., None], np.uint8(127), case.photo)
    mask = case.hole.astype(np.uint8) * 255
    start = time.perf_counter()
    result = engine(holed, mask)
    seconds = time.perf_counter() - start
    figures = measure(case.truth, result, case.hole)
    exact = bool((result[~case.hole] == case.photo[~case.hole]).all())
    return result, {**figures, "seconds": seconds, "exact": float(exact)}


def summarise(rows: list[dict[str, float]]) -> dict[str, float]:
    """Means of the figures, the median of the times."""
    summary = {figure: float(np.mean([row[figure] for row in rows])) for figure in (*FIGURES, "exact")}
    summary["seconds"] = float(np.median([row["seconds"] for row in rows]))
    return summary


def tile(image: Image) -> Image:
    """Scale an image to the height of a contact sheet's row."""
    width = round(image.shape[1] * _TILE_HEIGHT / image.shape[0])
    return np.array(Pillow.fromarray(image).resize((width, _TILE_HEIGHT), Pillow.Resampling.LANCZOS))


def write_sheet(rows: list[Image], path: Path) -> None:
    """Stack rows of tiles into one image."""
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 4), (0, width - row.shape[1]), (0, 0))) for row in rows]
    Pillow.fromarray(np.vstack(padded)).save(path)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--engines", default="patch,telea,pypatchmatch")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--limit", type=int, help="at most so many cases of each kind")
    options = parser.parse_args()
    engines = {name: find_engine(name) for name in options.engines.split(",")}
    cases = read_cases(options.cases)
    if not cases:
        raise SystemExit(f"no NAME_mask.png in {options.cases}")
    for engine in engines.values():
        run_case(engine, cases[0])
    report: dict[str, dict[str, object]] = {}
    for kind in sorted({case.kind for case in cases}):
        rows: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
        sheet = []
        for case in [case for case in cases if case.kind == kind][: options.limit]:
            shown = np.where(case.hole[..., None], np.array(_HOLE_COLOUR, np.uint8), case.photo)
            tiles = [tile(case.photo), tile(shown)]
            for name, engine in engines.items():
                result, figures = run_case(engine, case)
                rows[name].append(figures)
                tiles.append(tile(result))
            sheet.append(np.hstack(tiles))
        summaries = {name: summarise(of_engine) for name, of_engine in rows.items()}
        report[kind] = {"mean": summaries, "cases": rows}
        for name, summary in summaries.items():
            figures_text = "  ".join(f"{figure} {summary[figure]:7.3f}" for figure in FIGURES)
            print(f"{kind:10} {name:14} {figures_text}  {summary['seconds']:7.3f} s")
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            write_sheet(sheet, options.out / f"{kind}.png")
    if options.out:
        (options.out / "figures.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
