"""What a prompt may say where there is no mask: what to find, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuhen.service.doors.prompts import LONGEST, read_wish


@pytest.mark.parametrize(
    ("prompt", "wish"),
    [
        ("Remove the text", ("text",)),
        ("remove all text from this image.", ("text",)),
        ("Please erase the watermark!", ("watermark",)),
        ("Could you remove the watermarks", ("watermark",)),
        ("Get rid of the lettering and watermarks in the photo", ("text", "watermark")),
        ("Erase watermark, text", ("watermark", "text")),
        ("clean up text and words", ("text",)),
        ("Remove the text watermark", ("watermark",)),
        ("Remove the text, keep everything else unchanged", ("text",)),
        (
            "Remove text. Don\N{RIGHT SINGLE QUOTATION MARK}t change the background of the photo.",
            ("text",),
        ),
        ("去掉图片中的文字", ("text",)),
        ("把这张图片里的水印去掉。", ("watermark",)),
        ("请去除所有文字和水印", ("text", "watermark")),
        ("去水印", ("watermark",)),
    ],
)
def test_a_prompt_that_only_says_what_to_find_is_followed(prompt: str, wish: tuple[str, ...]) -> None:
    assert read_wish(prompt) == wish


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "text",
        "remove",
        "Remove the person",
        "Remove the text and the person",
        "Remove the text from the sign",  # some of it
        "Remove the English text",
        "Remove the captions",
        "Remove the text logo",
        "Do not remove the text",
        "Remove everything but the text",
        "Remove the text and replace it with HELLO",
        "Remove the text and add a hat",
        "Remove the text, make the sky blue",
        "Add a watermark",
        "Translate the text",
        "去除人物",
        "去除图片中的字幕",
        "不要去除文字",
        "去除文字并换成蓝天",
        "remove the text " + "x" * LONGEST,
    ],
)
def test_one_that_says_anything_else_is_not_guessed_at(prompt: str) -> None:
    assert read_wish(prompt) is None


@given(st.text(st.sampled_from("removetxwak去掉的文字水印和,. "), max_size=500) | st.text(max_size=500))
def test_no_prompt_is_too_strange(prompt: str) -> None:
    assert set(read_wish(prompt) or ()) <= {"text", "watermark"}


@given(st.sampled_from(["remove the text", "去掉水印"]), st.sampled_from("qzß★人"), st.integers(0, 20))
def test_a_stray_word_anywhere_makes_it_another_wish(prompt: str, stray: str, place: int) -> None:
    where = min(place, len(prompt))
    assert read_wish(f"{prompt[:where]}{stray}{prompt[where:]}") is None
