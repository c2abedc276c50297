"""Limits that parts have each for itself, as parts know nothing of each other: they must agree."""

from wuhen import photo
from wuhen.accounts import MAX_UNPROVEN
from wuhen.action import DESCRIBE_CALL, DESCRIBE_CALLS
from wuhen.mark import logo


def test_a_logo_may_be_as_large_as_any_picture() -> None:
    assert logo.SIDE_LIMIT == photo.SIDE_LIMIT


def test_the_documentation_says_how_many_unproven_calls_are_kept() -> None:
    members = [member for action in (DESCRIBE_CALLS, DESCRIBE_CALL) for member in action.answer]
    texts = [member.description for member in members if member.path.endswith(".Verified")]
    assert len(texts) == 2
    for text in texts:
        assert f"the last {MAX_UNPROVEN} are kept" in text.en
        assert f"最近 {MAX_UNPROVEN} 条" in text.zh
