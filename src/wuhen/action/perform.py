"""The use case itself: the bytes of a photo, and what is to go, in; the bytes of the result out.

`perform` is the one function that the service's workers and the command line call. It does no network, and
touches no file but those of networks, where engine or finder need one.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from wuhen import fill, photo
from wuhen.action.clock import Clock
from wuhen.action.cost import check_cost
from wuhen.action.failures import INPUT
from wuhen.action.inputs import read_inputs
from wuhen.action.job import Alternative, Job, Outcome, number_candidate, seed_candidate
from wuhen.action.making import Made, make
from wuhen.action.news import News, Watch
from wuhen.action.translation import translate_errors

__all__ = ["perform"]

_ANY, _WITHOUT_NETWORK = "auto", "patch"


def perform(
    job: Job,
    *,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    tell: Callable[[News], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    seconds: float | None = None,
) -> Outcome:
    """Decode, find, fill, mark, label, encode and sign; all after finding once for each candidate.

    Parameters
    ----------
    job : Job
        What to do.
    threads : int, optional
        Threads to fill with; by default as many as there are processors.
    progress, cancelled : callable, optional
        Told how far the fill is, and asked whether to stop it: see `wuhen.fill.erase`.
    tell : callable, optional
        Told some times a second how far the fill is, and what a hole that takes a while looks like so far.
    seconds : float, optional
        How long the job may take. One that surely takes longer is refused when its pictures are read, as one
        is that needs more memory than this process may have (``RLIMIT_DATA``).

    Raises
    ------
    ApiError
        Something is wrong with the job; the code and the message say what, and what would be right.
    wuhen.fill.Cancelled
        When `cancelled` answered true.
    wuhen.mark.SigningFailed
        The result cannot be signed.
    """
    try:
        with photo.stoppable(cancelled):
            return _perform(job, threads, Watch(progress, tell, job.candidates), cancelled, seconds)
    except photo.Stopped:
        raise fill.Cancelled from None


def _perform(
    job: Job,
    threads: int | None,
    watch: Watch,
    cancelled: Callable[[], bool] | None,
    seconds: float | None,
) -> Outcome:
    """Do the job; see `perform`."""
    clock = Clock()
    inputs = read_inputs(job, clock, threads, cancelled)
    check_cost(inputs, job, threads, None if seconds is None else seconds - clock.total)
    size, found = inputs.original.size, inputs.found
    erased = inputs.mask.hole if inputs.pasted is None else inputs.mask.hole | inputs.pasted
    hole = int(np.count_nonzero(erased))
    with translate_errors(INPUT):
        engine = fill.describe(job.options.engine, inputs.mask.hole)
    # The last of them is the only one who holds the photo, and lets go of it when it is written.
    stock = [inputs] * job.candidates
    del inputs, erased
    made: list[Made] = []
    for index in range(job.candidates):
        candidate = _candidate(job, index, engine)
        made.append(make(stock.pop(), candidate, clock, threads, watch.begin(index), cancelled))
    first, *others = made
    return Outcome(
        first.data,
        first.media_type,
        *size,
        hole,
        clock.laps,
        first.engine,
        first.digest,
        first.inputs,
        first.labels_found,
        first.remarks,
        found,
        tuple(Alternative(one.data, one.digest, one.engine, one.place) for one in others),
        first.place,
    )


def _candidate(job: Job, index: int, engine: fill.Engine) -> Job:
    """Return the job of one candidate, with its seed, and its number in the label.

    Where it was left to us how to fill, and `engine` has a network's guess to follow, every other candidate
    does without: the guess is the same with each seed.
    """
    if not index:
        return job
    labelling, seed = job.labelling, seed_candidate(job.options.seed, index)
    if labelling.number is not None:
        labelling = replace(labelling, number=number_candidate(labelling.number, index))
    options = replace(job.options, seed=seed)
    if options.engine == _ANY and engine.network and index % 2:
        options = replace(options, engine=_WITHOUT_NETWORK)
    return replace(job, options=options, labelling=labelling)
