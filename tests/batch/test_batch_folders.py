"""Folders by their URL."""

from pathlib import Path

import pytest

from wuhen.batch.errors import BadPlace
from wuhen.batch.folders import Folder
from wuhen.results.place import Access

ACCESS = Access("us-east-1")


def far(url: str) -> Folder:
    return Folder.far(url, ACCESS)


@pytest.mark.parametrize(
    ("url", "name", "whole"),
    [
        ("s3://shop", "a.jpg", "s3://shop/a.jpg"),
        ("s3://shop/", "a.jpg", "s3://shop/a.jpg"),
        ("s3://shop/in/deep/", "x/a b.jpg", "s3://shop/in/deep/x/a b.jpg"),
        ("cos://shop-1250000000/in", "a.jpg", "cos://shop-1250000000/in/a.jpg"),
    ],
)
def test_a_files_url_is_that_of_its_folder_and_its_name(url: str, name: str, whole: str) -> None:
    assert far(url).url_of(name) == whole


@pytest.mark.parametrize(
    "url", ["gs://shop/in", "s3://", "s3://id:secret@shop/in", "s3://shop/in?key=secret", "s3://shop/../in"]
)
def test_what_is_no_folder_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(BadPlace) as refused:
        far(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("inner", "outer", "beginning"),
    [
        (far("s3://shop/in/masks"), far("s3://shop/in/"), "masks/"),
        (far("s3://shop/in/"), far("s3://shop"), "in/"),
        (far("s3://shop/in"), far("s3://shop/in/"), ""),
        (far("s3://shop/input"), far("s3://shop/in"), None),
        (far("s3://other/in/masks"), far("s3://shop/in"), None),
        (Folder.near(Path("/data/in/masks")), Folder.near(Path("/data/in")), "masks/"),
        (Folder.near(Path("/data")), Folder.near(Path("/")), "data/"),
        (Folder.near(Path("/in/masks")), far("s3://data"), None),
    ],
)
def test_a_folder_in_another_is_recognised(inner: Folder, outer: Folder, beginning: str | None) -> None:
    assert inner.within(outer) == beginning


def test_a_file_is_split_from_its_folder() -> None:
    assert far("s3://shop/in/mask.png").split() == (far("s3://shop/in"), "mask.png")
    assert far("s3://shop/mask.png").split() == (far("s3://shop"), "mask.png")
