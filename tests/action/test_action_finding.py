"""What is found in a job's photo, shapes beside it, and several results of one job."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from pictures import encoded
from wuhen import fill, photo
from wuhen.action import Find, FindJob, FoundRegions, Job, Outcome, PictureLimits, find_regions, perform
from wuhen.action.clock import Clock
from wuhen.action.inputs import read_inputs
from wuhen.finders import Box, Found, Place, Search
from wuhen.finders.search import FINDERS
from wuhen.wire import ApiError, Language
from wuhen.workers.encoding import decode, encode


class Corner:
    """Overlays as they are learned from a folder: a square in the lower right corner."""

    def find(self, pixels: np.ndarray, search: Search) -> Found:
        search.ask()
        mask = np.zeros(pixels.shape[:2], bool)
        mask[-8:, -8:] = True
        height, width = pixels.shape[:2]
        return Found(mask, (Place("overlay", Box(width - 8, height - 8, 8, 8), 1.0),))


def bright(pixels: np.ndarray, search: Search) -> Found:
    """Find what is white; its corners lie beside the photo, as those of a slanted line may."""
    search.ask()
    mask = pixels.min(axis=2) > 250
    if not mask.any():
        return Found(mask)
    rows, columns = np.nonzero(mask)
    left, top = int(columns.min()), int(rows.min())
    box = Box(left, top, int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)
    corners = ((-3.0, top - 1.5), (500.0, 2.0), (90.0, 30.0), (left + 0.25, 30.0))
    return Found(mask, (Place("bright", box, 0.75, corners),))


@pytest.fixture(autouse=True)
def _finder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FINDERS, "bright", lambda: bright)


def picture() -> np.ndarray:
    ramp = np.broadcast_to(np.linspace(40, 120, 96)[None, :, None], (64, 96, 3)).astype(np.uint8).copy()
    ramp[4:12, 10:30] = 255
    return ramp


JOB = Job(encoded(picture()), marked=False, find=Find(("bright",)))


def hole(job: Job) -> np.ndarray:
    return read_inputs(job, Clock()).mask.hole


def test_mask_shapes_and_what_is_found_go_together() -> None:
    white = (picture() == 255).all(axis=2)
    np.testing.assert_array_equal(hole(JOB), white)
    rectangle = photo.Rectangle.of(40, 40, 10, 5)
    shaped = white.copy()
    shaped[40:45, 40:50] = True
    np.testing.assert_array_equal(hole(replace(JOB, shapes=(rectangle,))), shaped)
    painted = np.zeros((64, 96), bool)
    painted[60:, :5] = True
    both = replace(JOB, shapes=(rectangle,), mask=encoded(painted))
    np.testing.assert_array_equal(hole(both), shaped | painted)
    empty = encoded(np.zeros((64, 96), bool))
    np.testing.assert_array_equal(hole(replace(JOB, shapes=(rectangle,), mask=empty)), shaped)
    with pytest.raises(ApiError, match="no white pixel"):
        hole(replace(JOB, find=None, mask=empty))
    inverted = replace(both, mask=encoded(~painted), invert=True)
    np.testing.assert_array_equal(hole(inverted), shaped | painted)


def test_overlays_are_found_besides_and_only_where_one_looks() -> None:
    find = Find(("bright",), overlays=Corner())
    assert hole(replace(JOB, find=find))[-8:, -8:].all()
    outcome = perform(replace(JOB, find=find))
    assert outcome.found == {"bright": 1, "overlay": 1}
    above = replace(find, within=photo.Rectangle.of(0, 0, 96, 32))
    assert perform(replace(JOB, find=above)).found == {"bright": 1, "overlay": 0}
    alone = Find((), overlays=Corner())
    np.testing.assert_array_equal(np.argwhere(hole(replace(JOB, find=alone)))[0], [56, 88])


def test_a_job_with_all_of_it_can_be_sent_to_another_process() -> None:
    find = Find(("bright",), photo.Rectangle.of("10%", 0, -5, 40), 0.7, Corner())
    job = replace(JOB, find=find, shapes=(photo.Stroke.of([(1, 1)], 4),), candidates=2)
    again = pickle.loads(pickle.dumps(job))  # noqa: S301 - ours
    np.testing.assert_array_equal(hole(again), hole(job))


def test_where_nothing_is_found_a_job_is_refused_unless_something_else_goes() -> None:
    dark = replace(JOB, photo=encoded(picture().clip(0, 200)))
    with pytest.raises(ApiError) as caught:
        perform(dark)
    assert caught.value.code == "ResourceNotFound"
    outcome = perform(replace(dark, shapes=(photo.Rectangle.of(40, 40, 10, 5),)))
    assert outcome.hole == 50
    assert outcome.remarks[0].text(Language.ENGLISH) == "Looked for and not found: bright."
    with pytest.raises(ApiError, match="Nothing says what is to be erased"):
        perform(replace(JOB, find=None))


def test_nothing_may_be_left_out_of_what_goes() -> None:
    with pytest.raises(ApiError, match="nothing is left to fill from"):
        perform(replace(JOB, shapes=(photo.Rectangle.of(0, 0, 96, 64),)))


def test_a_search_is_stopped() -> None:
    asked = iter([False] * 2)
    with pytest.raises(fill.Cancelled):
        perform(JOB, cancelled=lambda: next(asked, True))
    with pytest.raises(fill.Cancelled):
        find_regions(FindJob(JOB.photo, Find(("bright",))), cancelled=lambda: True)


def test_what_a_worker_found_comes_back_as_it_was_and_lies_within_the_photo() -> None:
    found = find_regions(FindJob(JOB.photo, Find(("bright",))))
    assert decode(encode(found), FoundRegions) == found
    (place,) = found.places
    assert (place.left, place.top, place.width, place.height) == (10, 4, 20, 8)
    assert place.corners == (0.0, 2.5, 96.0, 2.0, 90.0, 30.0, 10.25, 30.0)
    assert place.as_answer()["Corners"] == [
        {"X": 0, "Y": 2}, {"X": 96, "Y": 2}, {"X": 90, "Y": 30}, {"X": 10, "Y": 30},
    ]  # fmt: skip


def test_candidates_are_the_results_of_the_seeds_that_follow() -> None:
    told: list[float] = []
    job = replace(JOB, candidates=3, options=fill.Options(seed=2**63 - 2, engine="patch"))
    outcome = perform(job, progress=told.append)
    for one, seed in zip(outcome.alternatives, (2**63 - 1, -(2**63)), strict=True):
        alone = perform(replace(job, candidates=1, options=replace(job.options, seed=seed)))
        assert alone.data == one.data
    assert decode(encode(outcome), Outcome) == outcome
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_candidates_of_too_many_pixels_are_refused_with_how_many_there_may_be() -> None:
    limits = PictureLimits(photo.SizeLimit(pixels=2 * 96 * 64))
    assert len(perform(replace(JOB, candidates=2, limits=limits)).alternatives) == 1
    with pytest.raises(ApiError, match=r"3 candidates of an image of 96x64.*ask for 2 of it"):
        perform(replace(JOB, candidates=3, limits=limits))


@pytest.mark.slow
def test_every_other_candidate_does_without_the_networks_guess() -> None:
    wide = np.zeros((200, 240), bool)
    wide[40:160, 50:190] = True
    pixels = np.random.default_rng(0).integers(0, 255, (200, 240, 3), np.uint8)
    job = Job(encoded(pixels), encoded(wide), marked=False, candidates=3)
    outcome = perform(job)
    assert outcome.engine == fill.describe("auto", wide).name == "guided"
    assert [one.engine for one in outcome.alternatives] == ["patch", "guided"]
    without = perform(replace(job, candidates=1, options=fill.Options(engine="patch", seed=1)))
    assert outcome.alternatives[0].data == without.data


def test_the_time_that_candidates_take_is_reckoned_with() -> None:
    large = np.tile(picture(), (12, 12, 1))
    shapes = (photo.Rectangle.of("10%", "10%", "80%", "80%"),)
    job = Job(encoded(large), shapes=shapes, marked=False)
    one = fill.estimate(hole(job), job.options).work / fill.measure_speed()
    with pytest.raises(ApiError, match="takes about"):
        perform(replace(job, candidates=4), seconds=one, threads=1)
