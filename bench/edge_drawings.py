"""Drawings with edges through their holes that have one right course, for `bench.edges`."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from bench.holes import make_blob
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

__all__ = ["KINDS", "Curve", "Drawing", "draw"]

_COLOURS = 3
#: Standard deviation of a sharp edge's spread, px.
_SHARP = 0.4
#: Least difference in grey between what meets at an edge, levels of 255.
_APART = 40.0
#: How the holes' shapes take turns.
_SHAPES = ("blob", "box", "person", "ring", "border")
_LUMA = np.array([0.299, 0.587, 0.114])

_Plane = NDArray[np.float64]
_Field = Callable[[_Plane, _Plane], _Plane]


class Curve(NamedTuple):
    """An edge's course.

    Attributes
    ----------
    distance
        Signed distance of places ``(x, y)`` to it, px.
    points, normals
        float64 ``(n, 2)``, ``(x, y)``: a point a pixel, and which way the distance grows there.
    """

    distance: _Field
    points: _Plane
    normals: _Plane


class Drawing(NamedTuple):
    """A picture with a hole and one right answer.

    Attributes
    ----------
    truth
        uint8 ``(h, w, 3)``: with grain.
    clean
        float64 ``(h, w, 3)``: without grain and texture, levels of 255.
    hole
        bool ``(h, w)``.
    curves
        The edges, also where nothing is to be seen of them.
    """

    truth: NDArray[np.uint8]
    clean: _Plane
    hole: NDArray[np.bool_]
    curves: list[Curve]


class _Sheet:
    """A picture that is painted layer by layer."""

    def __init__(self, side: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.height, self.width = round(side * rng.uniform(0.7, 1)), side
        self.y, self.x = np.mgrid[: self.height, : self.width].astype(np.float64)
        self.clean = np.zeros((self.height, self.width, _COLOURS))
        self.texture = np.zeros((self.height, self.width))
        self.curves: list[Curve] = []
        self.centre = np.array([self.width * rng.uniform(0.4, 0.6), self.height * rng.uniform(0.4, 0.6)])
        self.hole_share = rng.uniform(0.05, 0.11)

    def paint(self, cover: _Plane, colour: _Plane, texture: _Plane | float = 0.0) -> None:
        """Cover the picture with a colour as far as ``cover``, 0 to 1, says."""
        self.clean += cover[..., None] * (colour - self.clean)
        self.texture += cover * (texture - self.texture)

    def beyond(self, curve: Curve, blur: float = _SHARP, shift: float = 0.0) -> _Plane:
        """Say how much of each pixel lies on the side where a curve's distance exceeds ``shift``."""
        # The logistic function, as wide as a normal distribution of this deviation.
        inner = np.clip((curve.distance(self.x, self.y) - shift) / (0.55 * blur), -60, 60)
        covered: _Plane = 1 / (1 + np.exp(-inner))
        return covered

    def tones(self, count: int) -> list[_Plane]:
        """Choose colours that are well apart in grey."""
        levels = 30 + _APART * self.rng.permutation(5)[:count]
        tones = []
        for level in levels:
            tint = self.rng.normal(0, 18, _COLOURS)
            tones.append(np.clip(level + tint - tint @ _LUMA, 0, 255))
        return tones

    def reach(self) -> float:
        """Say how long a curve must be to leave the picture, px."""
        return float(np.hypot(self.height, self.width))


def _straight(sheet: _Sheet, angle: float | None = None, aside: float = 0.0) -> Curve:
    """Lay a straight line through the hole's middle, or so many pixels aside."""
    angle = sheet.rng.uniform(0, np.pi) if angle is None else angle
    along, normal = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    start = sheet.centre + aside * normal
    reach = np.arange(-sheet.reach(), sheet.reach())
    points = start + reach[:, None] * along

    def distance(x: _Plane, y: _Plane) -> _Plane:
        away: _Plane = (x - start[0]) * normal[0] + (y - start[1]) * normal[1]
        return away

    return Curve(distance, points, np.broadcast_to(normal, points.shape))


def _arc(sheet: _Sheet) -> Curve:
    """Lay a circle through the hole's middle."""
    radius = sheet.rng.uniform(0.4, 2) * sheet.width
    toward = sheet.rng.uniform(0, 2 * np.pi)
    middle = sheet.centre + radius * np.array([np.cos(toward), np.sin(toward)])
    turn = np.arange(0, 2 * np.pi, 1 / radius)
    normals = np.stack([np.cos(turn), np.sin(turn)], 1)

    def distance(x: _Plane, y: _Plane) -> _Plane:
        away: _Plane = np.hypot(x - middle[0], y - middle[1]) - radius
        return away

    return Curve(distance, middle + radius * normals, normals)


def _parabola(sheet: _Sheet) -> Curve:
    """Lay a parabola with its vertex in the hole's middle."""
    bend = sheet.rng.uniform(0.4, 1.6) / sheet.width
    angle = sheet.rng.uniform(0, 2 * np.pi)
    along, normal = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    reach = np.arange(-sheet.reach(), sheet.reach())
    slope = 2 * bend * reach
    points = sheet.centre + reach[:, None] * along + (bend * reach**2)[:, None] * normal
    normals = (normal - slope[:, None] * along) / np.hypot(1, slope)[:, None]

    def distance(x: _Plane, y: _Plane) -> _Plane:
        u = (x - sheet.centre[0]) * along[0] + (y - sheet.centre[1]) * along[1]
        v = (x - sheet.centre[0]) * normal[0] + (y - sheet.centre[1]) * normal[1]
        away: _Plane = (v - bend * u**2) / np.sqrt(1 + (2 * bend * u) ** 2)
        return away

    return Curve(distance, points, normals)


def _draw_edge(sheet: _Sheet, curve: Curve, blur: float = _SHARP) -> None:
    first, second = sheet.tones(2)
    sheet.paint(np.ones_like(sheet.x), first)
    sheet.paint(sheet.beyond(curve, blur), second)
    sheet.curves.append(curve)


def _edge(sheet: _Sheet) -> None:
    _draw_edge(sheet, _straight(sheet))


def _curved(sheet: _Sheet) -> None:
    _draw_edge(sheet, _arc(sheet) if sheet.rng.random() < 0.5 else _parabola(sheet))


def _soft(sheet: _Sheet) -> None:
    curve = _straight(sheet) if sheet.rng.random() < 0.6 else _arc(sheet)
    _draw_edge(sheet, curve, sheet.rng.uniform(0.6, 3))


def _crossing(sheet: _Sheet) -> None:
    angle = sheet.rng.uniform(0, np.pi)
    one, other = _straight(sheet, angle), _straight(sheet, angle + sheet.rng.uniform(0.8, 2.3))
    a, b, c, d = sheet.tones(4)
    across, down = sheet.beyond(one), sheet.beyond(other)
    sheet.paint(np.ones_like(across), a)
    sheet.paint(across * (1 - down), b)
    sheet.paint(across * down, c)
    sheet.paint((1 - across) * down, d)
    sheet.curves += [one, other]


def _junction(sheet: _Sheet) -> None:
    angle = sheet.rng.uniform(0, np.pi)
    bar, stem = _straight(sheet, angle), _straight(sheet, angle + sheet.rng.uniform(0.8, 2.3))
    left, right, beyond = sheet.tones(3)
    sheet.paint(np.ones_like(sheet.x), left)
    sheet.paint(sheet.beyond(stem), right)
    sheet.paint(sheet.beyond(bar), beyond)
    sheet.curves += [bar, stem]


def _thin(sheet: _Sheet) -> None:
    ground, line = sheet.tones(2)
    sheet.paint(np.ones_like(sheet.x), ground)
    width = sheet.rng.integers(1, 7) * max(1.0, sheet.width / 1500)
    angle = sheet.rng.uniform(0, np.pi)
    edges = [_straight(sheet, angle, aside) for aside in (-width / 2, width / 2)]
    first, second = (sheet.beyond(edge) for edge in edges)
    sheet.paint(first - second, line)
    sheet.curves += edges


def _parallel(sheet: _Sheet) -> None:
    count = int(sheet.rng.integers(2, 4))
    tones = sheet.tones(count + 1)
    apart = sheet.rng.uniform(0.02, 0.06) * sheet.width
    angle = sheet.rng.uniform(0, np.pi)
    sheet.paint(np.ones_like(sheet.x), tones[0])
    for number in range(count):
        edge = _straight(sheet, angle, (number - (count - 1) / 2) * apart)
        sheet.paint(sheet.beyond(edge), tones[number + 1])
        sheet.curves.append(edge)


def _horizon(sheet: _Sheet) -> None:
    edge = _straight(sheet, sheet.rng.uniform(-0.25, 0.25))
    above, below = sheet.tones(2)
    sheet.paint(np.ones_like(sheet.x), above, _grown(sheet) * sheet.rng.uniform(0, 6))
    sheet.paint(sheet.beyond(edge), below, _grown(sheet) * sheet.rng.uniform(3, 8))
    sheet.curves.append(edge)


def _grown(sheet: _Sheet) -> _Plane:
    """Make noise of some pixels' grain, deviation 1."""
    size = (sheet.width, sheet.height)
    noise = np.zeros((sheet.height, sheet.width))
    for grain in (1, 2, 4):
        small = sheet.rng.normal(0, 1, (-(-sheet.height // grain), -(-sheet.width // grain)))
        picture = Pillow.fromarray(small.astype(np.float32))
        noise += np.asarray(picture.resize(size, Pillow.Resampling.BICUBIC), np.float64)
    deviated: _Plane = noise / noise.std()
    return deviated


KINDS: dict[str, tuple[Callable[[_Sheet], None], int]] = {
    "edge": (_edge, 20), "curved": (_curved, 15), "soft": (_soft, 12), "crossing": (_crossing, 10),
    "junction": (_junction, 10), "thin": (_thin, 13), "parallel": (_parallel, 10), "horizon": (_horizon, 10),
}  # fmt: skip
"""What is drawn, and how many of each."""


def draw(kind: str, index: int, seed: int = 0) -> Drawing:
    """Make one of the drawings; the first edge and the first curve are of 9 megapixels.

    Parameters
    ----------
    kind
        One of `KINDS`.
    index
        Its number; shapes of holes take turns.
    seed
        Others are other drawings.
    """
    rng = np.random.default_rng([seed, list(KINDS).index(kind), index])
    large = index == 0 and kind in {"edge", "curved", "thin", "horizon"}
    side = 3464 if large else round(float(np.exp(rng.uniform(np.log(300), np.log(1000)))))
    sheet = _Sheet(side, rng)
    if large:
        sheet.hole_share = 0.05
    KINDS[kind][0](sheet)
    shape = _SHAPES[(index + list(KINDS).index(kind)) % len(_SHAPES)]
    # What leaves the picture in the hole goes on straight, if anyhow; two lines may meet where nobody knows.
    if shape == "border" and kind in {"curved", "crossing", "junction"}:
        shape = "blob"
    hole = _hole(sheet, shape)
    grain = rng.normal(0, rng.uniform(0.5, 4), (sheet.height, sheet.width, _COLOURS))
    truth = np.clip(np.rint(sheet.clean + sheet.texture[..., None] + grain), 0, 255).astype(np.uint8)
    return Drawing(truth, sheet.clean, hole, sheet.curves)


def _hole(sheet: _Sheet, shape: str) -> NDArray[np.bool_]:
    """Cut a hole of a shape over the sheet's middle."""
    rng, extent = sheet.rng, (sheet.hole_share * sheet.width * sheet.height) ** 0.5
    hole: NDArray[np.bool_]
    across, down = (sheet.x - sheet.centre[0]) / extent, (sheet.y - sheet.centre[1]) / extent
    if shape == "border":
        # To the left or the right border, halfway up.
        hole = (np.abs(down) < 0.3) & ((across > -0.4) if rng.random() < 0.5 else (across < 0.4))
        return hole
    if shape == "box":
        stretch = rng.uniform(0.7, 1.4)
        hole = (np.abs(across) < stretch / 2) & (np.abs(down) < 0.5 / stretch)
        return hole
    if shape == "person":
        return _person(sheet, extent * 1.3)
    if shape == "ring":
        away = np.hypot(across, down)
        hole = (away < 0.62) & (away > 0.2)
        return hole
    blob = make_blob((sheet.height, sheet.width), sheet.hole_share, rng)
    rows, columns = np.nonzero(blob)
    shift = np.rint(sheet.centre[::-1] - [rows.mean(), columns.mean()]).astype(int)
    rows, columns = rows + shift[0], columns + shift[1]
    within = (rows >= 0) & (columns >= 0) & (rows < sheet.height) & (columns < sheet.width)
    hole = np.zeros(sheet.x.shape, np.bool_)
    hole[rows[within], columns[within]] = True
    return hole


def _person(sheet: _Sheet, height: float) -> NDArray[np.bool_]:
    """Cut a standing figure, the sheet's middle at its chest."""
    x, y = sheet.centre
    picture = Pillow.new("1", (sheet.width, sheet.height))
    pen = ImageDraw.Draw(picture)
    unit = height / 8
    pen.ellipse((x - 0.6 * unit, y - 3 * unit, x + 0.6 * unit, y - 1.4 * unit), fill=1)
    pen.rounded_rectangle((x - 1.3 * unit, y - 1.5 * unit, x + 1.3 * unit, y + 2 * unit), 0.6 * unit, fill=1)
    pen.line((x - 1.3 * unit, y - unit, x - 2 * unit, y + 1.6 * unit), fill=1, width=round(0.7 * unit))
    pen.line((x + 1.3 * unit, y - unit, x + 2.2 * unit, y + 1.2 * unit), fill=1, width=round(0.7 * unit))
    pen.line((x - 0.6 * unit, y + 1.8 * unit, x - 0.8 * unit, y + 5 * unit), fill=1, width=round(unit))
    pen.line((x + 0.6 * unit, y + 1.8 * unit, x + 0.9 * unit, y + 5 * unit), fill=1, width=round(unit))
    return np.array(picture)
