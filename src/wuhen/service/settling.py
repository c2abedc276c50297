"""What the operator has settled for every erasure, added to the job that a caller asks for."""

from dataclasses import replace

from wuhen.action import Job
from wuhen.photo import USUAL_QUALITY
from wuhen.service.marking import Marking
from wuhen.settings import Settings

__all__ = ["settle"]


def settle(job: Job, number: str, *, settings: Settings, marking: Marking, own: bool) -> Job:
    """Return the job as it is to be done.

    Parameters
    ----------
    job : Job
        As it is asked for.
    number : str
        Its result's.
    settings : Settings
        The operator's choices.
    marking : Marking
        How results are marked.
    own : bool
        Whether an action of our own asks for it: a mask that could be scaled is refused with a word of that,
        samples keep their 16 bits, and a JPEG is written as the photo is, save where a quality is set.
    """
    if not (job.as_given or job.part) and settings.output_format != "auto":
        job = replace(job, output_format=settings.output_format.upper())
    quality = settings.jpeg_quality or (None if own else USUAL_QUALITY)
    if job.quality is not None:
        quality = job.quality
    elif job.as_given and job.output_format != "JPEG":
        quality = None  # which would be for WebP as well
    job = replace(
        job,
        options=replace(job.options, engine=settings.engine),
        models=settings.models,
        fit_mask=job.fit_mask if own else None,
        quality=quality,
        wide=own,
    )
    return marking.of(job, number)
