"""What an object left around a mask: from a job's pictures to places, and to a mask as a file."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from wuhen import fill, photo
from wuhen.action.clock import Clock
from wuhen.action.cost import check_cost
from wuhen.action.digest import Digest, InputDigests
from wuhen.action.failures import INPUT
from wuhen.action.inputs import read_inputs
from wuhen.action.job import Job
from wuhen.action.translation import translate_errors

__all__ = ["EffectPlace", "FoundEffects", "find_effects"]

_MASK_TYPE = "PNG"


@dataclass(frozen=True, slots=True)
class EffectPlace:
    """What was found of a kind, one of `wuhen.fill.EFFECTS`, close together, and its box in pixels."""

    what: str
    left: int
    top: int
    width: int
    height: int

    def as_answer(self) -> dict[str, object]:
        """Return the same in the protocol's names."""
        box = {"X": self.left, "Y": self.top, "Width": self.width, "Height": self.height}
        return {"What": self.what, "Box": box}


@dataclass(frozen=True, slots=True)
class FoundEffects:
    """What was found around a mask.

    Attributes
    ----------
    mask : bytes
        A PNG, white on it.
    media_type : str
        Its media type.
    width, height : int
        Of photo and mask, upright, in pixels.
    places : tuple of EffectPlace
        Kind by kind, each from top to bottom.
    seconds : dict
        How long each step took: decode, find, effects, encode.
    inputs : InputDigests
        Of the files that were given.
    digest : Digest
        Of the mask.
    """

    mask: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    places: tuple[EffectPlace, ...]
    seconds: dict[str, float]
    inputs: InputDigests
    digest: Digest


def find_effects(
    job: Job,
    threads: int | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
    seconds: float | None = None,
) -> FoundEffects:
    """Tell what erasing with all effects would treat beside what a job erases.

    Parameters
    ----------
    job
        Its pictures, what is to go, and its options are looked at; the rest does not matter.
    threads
        To look with; by default as many as there are processors.
    cancelled
        Asked now and then whether to stop.
    seconds
        How long it may take; None for as long as it takes.

    Raises
    ------
    ApiError
        A picture cannot be read, nothing is to go, or erasing it would take longer than that or too much
        memory.
    wuhen.fill.Cancelled
        When `cancelled` answered true.
    """
    try:
        with photo.stoppable(cancelled):
            return _find(job, threads, cancelled, seconds)
    except photo.Stopped:
        raise fill.Cancelled from None


def _find(
    job: Job, threads: int | None, cancelled: Callable[[], bool] | None, seconds: float | None
) -> FoundEffects:
    clock = Clock()
    inputs = read_inputs(job, clock, threads, cancelled)
    whole = replace(job, options=replace(job.options, effects="full"))
    check_cost(inputs, whole, threads, None if seconds is None else seconds - clock.total)
    hole = inputs.mask.hole
    with translate_errors(INPUT):
        found = fill.find_effects(
            inputs.base.samples,
            hole,
            options=job.options,
            keep_out=inputs.keep_out,
            threads=threads,
            cancelled=cancelled,
        )
        clock.lap("effects")
        mask = photo.write_mask(found.mask(hole.shape))
        clock.lap("encode")
    places = tuple(EffectPlace(what, *box) for what, one in found.kinds.items() for box in fill.boxes(one))
    return FoundEffects(
        mask,
        photo.media_type(_MASK_TYPE),
        *inputs.original.size,
        places,
        clock.laps,
        InputDigests.of(inputs.file, inputs.mask_file, inputs.keep_out_file),
        Digest.of(mask),
    )
