"""How a guide is asked, and how far a fill follows it."""

from dataclasses import dataclass

__all__ = ["DEFAULT", "Guidance"]


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a guide is shown, and what is made of its image. The figures were found by measuring.

    Attributes
    ----------
    follow
        How far the guide image draws after a scale's first vote, less after each further one and not at all
        from half of them on; before the first, all the way. By scale: the first entry is for the last scale
        that is finer than the image, or for the finest scale, the last one for all coarser ones; scales still
        finer than the first do not follow.
    lasting
        The least of that share in every turn, as a share of ``follow``: 1 draws as far in the last as in the
        first.
    firm
        How far a guide that guesses is followed to the end, and seen in the result, where it is sure and what
        it paints is flat.
    side
        Longer side of what a guide sees, in pixels, at most.
    area_ratio
        How many pixels it sees, as a multiple of the hole's: the time that it takes is a share of the fill's.
    min_scale, max_scale
        How many of them there are for one of the region's at least, as long as ``side`` is kept, and at most:
        along a side.
    margin, known_margin
        Width of the surroundings that one that guesses, and one that knows, sees on every side, as a share of
        the hole's extent.
    depth
        Depth of a hole, in pixels of what a guide sees, from which on it is asked.
    rounds, extra
        Rounds and additional passes of a scale that follows, at most: where the large shapes are given, there
        is less to find out.
    lift
        Factor on the texture to which detail is amplified where a guide was followed: under a blurred image
        flatter patches are found.
    """

    follow: tuple[float, ...] = (0.0, 0.5, 0.8)
    lasting: float = 0.0
    firm: float = 0.0
    side: int = 256
    area_ratio: float = 2.0
    min_scale: float = 0.5
    max_scale: float = 0.7
    margin: float = 0.25
    known_margin: float = 0.5
    depth: float = 6.0
    rounds: int = 5
    extra: int = 4
    lift: float = 1.12


DEFAULT = Guidance()
