"""The last vote once more, over 16-bit samples: the same matches and weights, finer colours.

A module of its own, for it is compiled, or loaded, when it is imported.
"""

import numpy as np

from wuhen.compute.compiled import kernel
from wuhen.compute.signature import Flat
from wuhen.compute.team import Team
from wuhen.fill.raster.layout import CHANNELS
from wuhen.fill.raster.raster import WideRaster
from wuhen.fill.search.vote import count_votes, place_means

__all__ = ["vote_wide"]

#: Pixels whose votes take longer to count than a thread takes to wake.
_WORTH_A_THREAD = 1024


def vote_wide(
    raster: WideRaster,
    indices: Flat[np.int32],
    step: int,
    match: Flat[np.int32],
    votes: Flat[np.float32],
    team: Team,
) -> None:
    """Replace pixels by the weighted mean of their votes; a pixel without votes stays.

    Parameters
    ----------
    raster
        Its pixels are rebuilt.
    indices
        int32, increasing: which of them.
    step
        Distance between the patches that vote.
    match
        int32 per patch centre: the centre of the patch that it copies; 0 or less where there is none.
    votes
        float32 per patch centre: the weights.
    team
        Threads to work with.
    """
    colours = np.empty(len(indices) * CHANNELS, np.uint16)
    team.run_ranges(
        lambda begin, end: _count(raster, indices, step, match, votes, colours, begin, end),
        len(indices),
        _WORTH_A_THREAD,
    )
    _place(raster, indices, colours)


@kernel
def _count(
    raster: WideRaster,
    indices: Flat[np.int32],
    step: int,
    match: Flat[np.int32],
    votes: Flat[np.float32],
    colours: Flat[np.uint16],
    begin: int,
    end: int,
) -> None:
    """Count the votes for ``indices[begin:end]``."""
    count_votes(raster, indices, step, match, votes, colours, begin, end)


@kernel
def _place(raster: WideRaster, indices: Flat[np.int32], colours: Flat[np.uint16]) -> None:
    """Put the colours into their pixels."""
    place_means(raster.pixels, indices, colours, 0, len(indices))
