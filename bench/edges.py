"""Do edges go on through a hole? A hundred drawings in which each has one right course.

    python -m bench.edges [--engine auto] [--seed S] [--kinds edge,thin] [--every N] [--out DIR]
                          [--write FILE] [--beside FILE]

Straight edges and curved ones, soft ones, crossings, T junctions, thin lines, parallels, and horizons between
textures, at every angle, under blobs, boxes, figures, rings and holes at the picture's border, 300 px to
9 megapixels, with grain. The same seed draws the same.

*Recall* asks every second pixel along each edge in the hole whether the result has an edge of the same sign
and at least half the contrast there, at most 2 px aside. An edge is *joined* when no run of 8 px or more is
missing and the course makes no step. With --out, pictures are written: hole, truth, result. --write keeps the
figures for another run's --beside.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from bench.edge_drawings import KINDS, Curve, Drawing, draw
from bench.peers import Engine, find_engine
from numpy.typing import NDArray
from PIL import Image as Pillow

_HOLE_COLOUR = np.array([255, 0, 255], np.uint8)
_LUMA = np.array([0.299, 0.587, 0.114])
#: Distance of the two places whose greys are compared, from the edge, px; places this far aside are tried.
_BESIDE, _ASIDE = 1.5, 2
#: Least contrast that is asked for, grey levels, and the share of it that will do.
_CONTRAST, _ENOUGH = 6.0, 0.5
#: Pixels from point to point along an edge.
_PACE = 2
#: How many points in a row may be missing.
_GAP = 3
#: How far the course may jump within so many points, px.
_JUMP, _WITHIN = 1.5, 3

_Plane = NDArray[np.float64]


def blurred_grey(picture: NDArray[np.uint8] | _Plane) -> _Plane:
    """Return the grey of a picture ``(h, w, 3)``, blurred by 0.8 px."""
    grey: _Plane = picture.astype(np.float64) @ _LUMA
    weights = np.exp(-0.5 * (np.arange(-3, 4) / 0.8) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        padded = np.pad(grey, [(3, 3) if axis == one else (0, 0) for one in (0, 1)], "edge")
        length = grey.shape[axis]
        grey = sum(
            weight * np.take(padded, range(start, start + length), axis)
            for start, weight in enumerate(weights)
        )
    return grey


def _at(grey: _Plane, places: _Plane) -> _Plane:
    """Bilinear interpolation at ``(x, y)``; the picture's edge goes on."""
    x = np.clip(places[:, 0], 0, grey.shape[1] - 1.001)
    y = np.clip(places[:, 1], 0, grey.shape[0] - 1.001)
    left, top = x.astype(int), y.astype(int)
    u, v = x - left, y - top
    upper = (1 - u) * grey[top, left] + u * grey[top, left + 1]
    lower = (1 - u) * grey[top + 1, left] + u * grey[top + 1, left + 1]
    between: _Plane = (1 - v) * upper + v * lower
    return between


def _contrast(grey: _Plane, points: _Plane, normals: _Plane, aside: float) -> _Plane:
    beyond = _at(grey, points + (aside + _BESIDE) * normals)
    return beyond - _at(grey, points + (aside - _BESIDE) * normals)


def follow(drawing: Drawing, result: NDArray[np.uint8], curve: Curve) -> tuple[NDArray[np.bool_], bool]:
    """Look along an edge.

    Returns
    -------
    kept
        bool, one for each point of the edge that is to be seen in the hole: whether the result has it.
    joined
        Whether it goes on without a gap or a step.
    """
    points, normals = curve.points[::_PACE], curve.normals[::_PACE]
    places = np.rint(points).astype(int)
    height, width = drawing.hole.shape
    within = (places >= 0).all(1) & (places[:, 0] < width) & (places[:, 1] < height)
    inside = np.flatnonzero(within)[drawing.hole[places[within, 1], places[within, 0]]]
    points, normals = points[inside], normals[inside]
    wanted = _contrast(blurred_grey(drawing.clean), points, normals, 0)
    strong = np.abs(wanted) >= _CONTRAST
    inside, points, normals, wanted = inside[strong], points[strong], normals[strong], wanted[strong]
    grey = blurred_grey(result)
    asides = np.arange(-_ASIDE, _ASIDE + 0.1, 0.5)
    found = np.array([_contrast(grey, points, normals, aside) * np.sign(wanted) for aside in asides])
    whole = found[:: int(1 / 0.5)]
    kept = np.asarray((whole >= _ENOUGH * np.abs(wanted)).any(axis=0))
    course = asides[found.argmax(axis=0)] if len(points) else asides[:0]
    joined = True
    for run in np.split(np.arange(len(points)), np.flatnonzero(np.diff(inside) > 1) + 1):
        missing = np.convolve(~kept[run], np.ones(_GAP + 1), "valid") if len(run) > _GAP else np.zeros(1)
        smooth = np.array([np.median(course[run][max(0, i - 2) : i + 3]) for i in range(len(run))])
        steps = np.abs(smooth[_WITHIN:] - smooth[:-_WITHIN])
        joined = joined and bool(missing.max() <= _GAP) and bool((steps <= _JUMP).all())
    return kept, joined


def score(drawing: Drawing, result: NDArray[np.uint8]) -> tuple[float, bool]:
    """Return the share of a drawing's edges in the hole that a result has, and whether all are joined."""
    looks = [follow(drawing, result, curve) for curve in drawing.curves]
    kept = np.concatenate([kept for kept, _ in looks])
    return float(kept.mean()) if len(kept) else 1.0, all(joined for _, joined in looks)


def main() -> None:
    """Measure an engine."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="auto", help="one of bench.peers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--every", type=int, default=1, help="only one drawing in so many of each kind")
    parser.add_argument("--small", action="store_true", help="leave out those of 9 megapixels")
    parser.add_argument("--out", type=Path, help="folder for pictures")
    parser.add_argument("--write", type=Path, help="file for the figures")
    parser.add_argument("--beside", type=Path, help="another run's figures, to be shown beside")
    options = parser.parse_args()
    engine = find_engine(options.engine)
    others = json.loads(options.beside.read_text()) if options.beside else {}
    rows: dict[str, list[float]] = {}
    for kind in options.kinds.split(","):
        for index in range(0, KINDS[kind][1], options.every):
            drawing = draw(kind, index, options.seed)
            if options.small and drawing.hole.size > 2_000_000:
                continue
            name = f"{kind}{index:02}"
            rows[name] = _run(engine, drawing, name, options.out)
            print(_row(name, drawing, rows[name], others.get(name)), flush=True)
    _summarise(rows, others)
    if options.write:
        options.write.write_text(json.dumps(rows, indent=1) + "\n")


def _run(engine: Engine, drawing: Drawing, name: str, folder: Path | None) -> list[float]:
    """Fill a drawing: recall, whether all is joined, and seconds."""
    holed = np.where(drawing.hole[..., None], np.uint8(127), drawing.truth)
    start = time.process_time()
    result = engine(holed, drawing.hole.astype(np.uint8) * 255)
    seconds = time.process_time() - start
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        shown = [np.where(drawing.hole[..., None], _HOLE_COLOUR, drawing.truth), drawing.truth, result]
        rows, columns = np.nonzero(drawing.hole)
        box = np.s_[
            max(0, rows.min() - 40) : rows.max() + 40, max(0, columns.min() - 40) : columns.max() + 40
        ]
        Pillow.fromarray(np.hstack([tile[box] for tile in shown])).save(folder / f"{name}.png")
    recall, joined = score(drawing, result)
    return [recall, float(joined), seconds]


def _row(name: str, drawing: Drawing, row: list[float], other: list[float] | None) -> str:
    height, width = drawing.hole.shape
    text = f"{name:12s} {width:4d}x{height:4d}  recall {row[0]:.3f}  {'joined' if row[1] else 'broken'}"
    text += f"  {row[2]:6.2f} s"
    if other is not None:
        text += f"   beside: {other[0]:.3f}  {'joined' if other[1] else 'broken'}  {other[2]:6.2f} s"
    return text


def _summarise(rows: dict[str, list[float]], others: dict[str, list[float]]) -> None:
    for title, table in (("", rows), ("beside: ", {name: others[name] for name in rows if name in others})):
        if not table:
            continue
        figures = np.array(list(table.values()))
        print(
            f"{title}{len(figures)} drawings: recall {figures[:, 0].mean():.3f}, least "
            f"{figures[:, 0].min():.3f}; at least .98: {(figures[:, 0] >= 0.98).sum()}; "
            f"joined: {int(figures[:, 1].sum())}; {figures[:, 2].sum():.0f} s"
        )


if __name__ == "__main__":
    main()
