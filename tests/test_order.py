"""The order in which several processes begin files: it knows files that are there, and tears none apart."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from order import SECONDS, TEST_SECONDS, longest_first

TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Item:
    """As much of a collected test as counts for the order."""

    path: Path
    name: str


def ordered(*items: tuple[str, str]) -> list[str]:
    given = [Item(TESTS / path, name) for path, name in items]
    longest_first(cast("list[pytest.Item]", given))
    return [item.name for item in given]


def test_every_file_that_is_known_is_there() -> None:
    assert [path for path in SECONDS if not (TESTS / path).is_file()] == []


def test_files_go_by_what_they_take_and_stay_whole() -> None:
    short, *_, long = sorted(SECONDS, key=SECONDS.__getitem__)
    many = [("many/test_many.py", str(number)) for number in range(int(SECONDS[long] / TEST_SECONDS) + 2)]
    few = [("few/test_a.py", "a1"), ("few/test_b.py", "b1"), ("few/test_a.py", "a2"), ("few/test_b.py", "b2")]
    mixed = [*few, (short, "s1"), (long, "l2"), (short, "s2"), (long, "l1"), *many]
    found = ordered(*mixed)
    assert found[: len(many)] == [name for _, name in many]
    assert found[len(many) :] == ["l2", "l1", "s1", "s2", "a1", "a2", "b1", "b2"]
