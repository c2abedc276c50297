"""The studio's files: asked for once in each release, and never taken for those of another."""

import re
import shutil
import urllib.request
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError

import pytest

from harness import Service
from wuhen.service.page_files import FOREVER, PageFiles

STATIC = Path(__file__).parents[2] / "src/wuhen/studio/static"
SCRIPT = re.compile(r'src="(files/[0-9a-f]{16}/)js/main\.js"')


def got(service: Service, path: str, **headers: str) -> HTTPResponse:
    request = urllib.request.Request(f"{service.url}/studio/{path}", headers=headers)
    answer: HTTPResponse = urllib.request.urlopen(request, timeout=10)
    return answer


def folder_of(page: str) -> str:
    """Return the folder that a page loads its script from."""
    found = SCRIPT.search(page)
    assert found
    return found[1]


@pytest.mark.service
def test_what_the_page_links_to_is_kept_and_the_page_is_not(service: Service) -> None:
    with got(service, "") as page:
        assert page.headers.get_all("cache-control") == ["no-cache"]
        assert "default-src 'self'" in page.headers["content-security-policy"]
        mark = page.headers["etag"]
        text = page.read().decode()
    folder = folder_of(text)
    linked = re.findall(r'(?:href|src)="([^"]+)"', text)
    assert len(linked) >= 6
    assert all(link.startswith(folder) for link in linked)
    for link in (*linked, f"{folder}js/base/words.js"):
        with got(service, link) as file:
            assert file.headers.get_all("cache-control") == [FOREVER]
            assert "default-src 'self'" in file.headers["content-security-policy"]
            assert file.read() == (STATIC / link.removeprefix(folder)).read_bytes()
    with pytest.raises(HTTPError, match="304"):
        got(service, "", **{"If-None-Match": mark})


@pytest.mark.service
def test_a_tab_of_another_release_gets_todays_files_for_once(service: Service) -> None:
    for path in (f"files/{'0' * 16}/js/main.js", "js/main.js"):
        with got(service, path) as file:
            assert file.headers.get_all("cache-control") == ["no-cache"]
            assert file.read() == (STATIC / "js/main.js").read_bytes()


@pytest.mark.service
@pytest.mark.parametrize("name", ["js/none.js", "js", "", "../__init__.py", "%2e%2e/__init__.py"])
def test_what_is_no_file_of_the_page_is_kept_by_nobody(service: Service, name: str) -> None:
    with got(service, "") as page:
        folder = folder_of(page.read().decode())
    with pytest.raises(HTTPError) as error:
        got(service, folder + name)
    with error.value:
        assert error.value.status == 404
        assert error.value.headers["cache-control"] != FOREVER


def test_the_address_changes_with_any_file(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    shutil.copytree(STATIC, folder)
    first = PageFiles(folder).release
    assert PageFiles(folder).release == first
    (folder / "js/main.js").write_bytes((folder / "js/main.js").read_bytes() + b"\n")
    second = PageFiles(folder).release
    (folder / "js/main.js").rename(folder / "js/other.js")
    assert len({first, second, PageFiles(folder).release}) == 3
