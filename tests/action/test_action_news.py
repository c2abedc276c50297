"""What is told of a job while it is done."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from pictures import encoded, scene, with_object
from wuhen.action import Job, News, perform
from wuhen.workers.encoding import decode, encode

CHANGED, MASK = with_object(scene())


def test_news_rise_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every look at the clock is a second after the one before: nothing is left out for being too soon.
    clock = itertools.count()
    monkeypatch.setattr("wuhen.action.news.time.monotonic", lambda: next(clock))
    job = Job(encoded(CHANGED), encoded(MASK), marked=False, candidates=2)
    told: list[News] = []
    outcome = perform(job, tell=told.append)
    assert outcome.data == perform(job).data
    done = [news.done for news in told]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1)
    assert {news.candidate for news in told} == {0, 1}
    assert all(news.done >= 0.5 for news in told if news.candidate)
    assert all(decode(encode(news), News) == news for news in told)


def test_a_preview_is_a_picture_of_the_hole_in_the_photo_s_colours() -> None:
    photo = np.full((300, 400, 4), (40, 90, 160, 255), np.uint8)
    photo[:20, :20, 3] = np.arange(20) * 12
    hole = np.zeros((300, 400), bool)
    hole[100:220, 150:290] = True
    told: list[News] = []
    perform(Job(encoded(photo), encoded(hole), marked=False), tell=told.append)
    shown = next(news for news in told if news.picture)
    assert 100 <= shown.left <= 150
    assert 60 <= shown.top <= 100
    assert shown.left + shown.width >= 290
    assert shown.picture is not None
    with Image.open(io.BytesIO(shown.picture)) as image:
        middle = np.asarray(image.convert("RGB"), int)[image.height // 2, image.width // 2]
    assert np.abs(middle - (40, 90, 160)).max() < 12
