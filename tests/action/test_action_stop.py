"""Jobs that are called off half-way, at whatever they are: they end at once, and as nothing else."""

import numpy as np
import pytest

from pictures import encoded, scene
from wuhen.action import Job, perform
from wuhen.fill import Cancelled, progress
from wuhen.photo import encode, read_photo, stoppable

PIECE = 1 << 16


class Asked:
    """Answers no, and counts."""

    times = 0

    def __call__(self) -> bool:
        self.times += 1
        return False


PHOTO = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "BMP", "TIFF"])
def test_decoders_ask_whenever_they_have_read_a_piece(name: str) -> None:
    file = encoded(PHOTO, name)
    asked = Asked()
    with stoppable(asked):
        read_photo(file)
    assert asked.times >= (len(file) // PIECE if name in {"JPEG", "PNG"} else 1)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_encoders_ask_whenever_they_have_written_a_piece(name: str) -> None:
    photo = read_photo(encoded(PHOTO, "BMP"))
    asked = Asked()
    with stoppable(asked):
        file = encode(photo, name)
    assert asked.times >= (len(file) // PIECE if name in {"JPEG", "PNG"} else 1)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_job_may_be_called_off_whenever_it_asks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody looks on from outside, so that the number of questions is the same each time.
    monkeypatch.setattr(progress, "_OFTEN", 1e6)
    hole = np.zeros((150, 200), bool)
    hole[50:80, 60:100] = True
    job = Job(encoded(scene(200, 150), name), encoded(hole), as_given=True)
    questions: list[int] = []

    def count() -> bool:
        questions.append(1)
        return False

    perform(job, threads=1, cancelled=count)
    total = len(questions)
    for last in {1, 2, 3, 4, total // 3, total // 2, total - 6, total - 4, total - 2, total}:
        asked: list[int] = []

        def cancelled(asked: list[int] = asked, last: int = last) -> bool:
            asked.append(1)
            return len(asked) == last

        with pytest.raises(Cancelled):
            perform(job, threads=1, cancelled=cancelled)
        assert len(asked) == last
