"""How much of what is done at which scale. Its figures were measured; `docs/fill-log.md` says how."""

from dataclasses import dataclass, replace
from typing import TypeVar

from wuhen.fill.guides.guidance import DEFAULT as DEFAULT_GUIDANCE
from wuhen.fill.guides.guidance import Guidance
from wuhen.fill.guides.image import GuideImage

__all__ = ["DEFAULT", "THIN", "Schedule", "at_scale"]

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is done at which scale.

    Tuples are indexed by scale, 0 the finest; their last entry serves all coarser ones.

    Attributes
    ----------
    rounds
        How often match and vote alternate.
    extra
        Additional passes of matching before the first vote, which must not rest on first guesses.
    reach
        Half the side of the first random window, in pixels; later passes of a scale reach less far.
    step
        Distance between the patches to fill. With 2 a pixel has a quarter of the votes: faster, and sharper.
    guidance
        How a guide is asked, and followed.
    spread
        Softness of the votes: the quantile of costs at which a vote's weight has fallen to exp(-1/2).
    last_spread
        The same for the very last vote, which decides how sharp the result is.
    decay
        Factor on a vote's weight per pixel of depth in the hole.
    fade, floor
        Factor on a pixel's weight in distances per pixel of depth in the hole, and the least weight, partly
        known pixels' as well.
    anew
        Share of a coarse pixel that must be known for it to be taken as it is; if less, it is filled like the
        hole, and what is known mixed in.
    confidence
        Exponent on the share of a coarse pixel that is known, for its weight in distances.
    coherence
        Discount on matches that continue their neighbours' matches.
    wide
        Share of its region from which on a hole is wide. Then
    wide_coherence
        takes the place of ``coherence``, and
    wide_lasting, wide_firm
        those of the guidance's ``lasting`` and ``firm``.
    far
        Surcharge on a match that lies as far away as the region's longer side is long.
    texture
        Gain of the texture channel; 0 for none.
    blend
        Share of the mismatch at the border that is spread into the hole in the end.
    contrast
        How far detail may be amplified where averaging has taken contrast; 1 for not at all.
    traces
        Whether a shadow and a rim that the erased object left around the hole are looked for.
    structure
        Edges that run into a hole are continued through it if so many squares of 16 pixels lie in it.
    families
        The same for families of parallel edges, and for planes.
    rim
        How much of a rim's outermost pixels is taken to be known.
    offsets, offsets_area
        How many shifts by which the surroundings repeat themselves are proposed; they are found at the finest
        scale of no more than so many pixels.
    min_side
        No scale's shorter side is less, in pixels,
    min_side_deep, deep
        except while the hole is more than ``deep`` pixels deep; then this is the least.
    small_rounds, small_work
        At the finest scale, small holes get up to so many rounds, as long as rounds times patches stay below
        ``small_work``.
    shallow, shallow_rounds, shallow_extra
        Coarser scales whose hole is no more than a pixel deep get so much at most, if they have more patches
        than ``shallow``: there is little to find out.
    large
        Scales with more patches than this only refine: few rounds, short reach.
    large_rounds, large_extra, large_reach
        What they get at most.
    """

    rounds: tuple[int, ...] = (5, 4, 12, 16, 20)
    extra: tuple[int, ...] = (1, 3, 8)
    reach: tuple[int, ...] = (4, 512, 64)
    step: tuple[int, ...] = (2, 1)
    guidance: Guidance = DEFAULT_GUIDANCE
    spread: float = 0.8
    last_spread: float = 0.03
    decay: float = 0.6
    fade: float = 0.4
    floor: float = 0.1
    anew: tuple[float, ...] = (0.0, 0.0, 0.1)
    confidence: tuple[float, ...] = (0.0, 0.25, 1.0)
    coherence: float = 0.15
    wide: float = 0.3
    wide_coherence: float = 0.3
    wide_lasting: float = 1.0
    wide_firm: float = 1.0
    far: tuple[float, ...] = (2.0, 2.0, 0.5)
    texture: float = 5.0
    blend: float = 1.0
    contrast: float = 2.0
    traces: bool = True
    structure: int = 4
    families: int = 16
    rim: float = 0.5
    offsets: int = 24
    offsets_area: int = 4_000
    min_side: int = 40
    min_side_deep: int = 14
    deep: int = 3
    small_rounds: int = 10
    small_work: int = 18_000
    shallow: int = 500
    shallow_rounds: int = 4
    shallow_extra: int = 3
    large: int = 25_000
    large_rounds: int = 3
    large_extra: int = 1
    large_reach: int = 16

    def suit_hole(self, share: float) -> "Schedule":
        """Adapt to a hole that covers such a share of its region."""
        if share < self.wide:
            return self
        guidance = replace(self.guidance, lasting=self.wide_lasting, firm=self.wide_firm)
        return replace(self, coherence=self.wide_coherence, guidance=guidance)

    def follow_at(self, scale: int, image: GuideImage) -> float:
        """Say how far a guide image draws at a scale."""
        # The finest scale's value is for that scale, even where the image is as fine.
        since = min(scale, scale - image.home + 1)
        return at_scale(self.guidance.follow, since) if since >= 0 else 0.0

    def plan(self, scale: int, patches: int, depth: int) -> tuple[int, int, int]:
        """Say how many rounds and extra passes a scale gets, and with what reach.

        Parameters
        ----------
        scale
            0 for the finest.
        patches
            How many there are to fill.
        depth
            How deep the hole is, in the scale's pixels; 0 where only partly known pixels are left of it.
        """
        rounds, extra = at_scale(self.rounds, scale), at_scale(self.extra, scale)
        reach = at_scale(self.reach, scale)
        if scale == 0:
            rounds = max(rounds, min(self.small_work // max(patches, 1), self.small_rounds))
        elif depth <= 1 and patches > self.shallow:
            rounds, extra = min(rounds, self.shallow_rounds), min(extra, self.shallow_extra)
        if patches <= self.large:
            return rounds, extra, reach
        return min(rounds, self.large_rounds), min(extra, self.large_extra), min(reach, self.large_reach)


def at_scale(values: tuple[_Number, ...], scale: int) -> _Number:
    """Look up a scale's value."""
    return values[min(scale, len(values) - 1)]


DEFAULT = Schedule()
THIN = replace(DEFAULT, offsets=0)
"""That of pieces of large regions. Their holes have vanished at a scale that is still large, where finding
shifts took a third of the time, and changed the fill by nothing that can be measured."""
