"""The studio under a path of another host, behind a real proxy."""

from pathlib import Path

from playwright.sync_api import Browser

from harness import Service, wuhen
from servers.nginx import fronting
from studio.studio_pages import erase, open_photo, open_tab, paint_square


def test_an_object_is_erased_under_a_path(
    browser: Browser, studio_service: Service, photo_file: Path, tmp_path: Path
) -> None:
    with fronting(tmp_path / "nginx", studio_service.port) as proxy:
        base = f"{proxy.origin('http')}/photos"
        link = wuhen("studio", "--data-dir", str(studio_service.data_dir), "--public-url", base).strip()
        context = browser.new_context(locale="en-US")
        tab = open_tab(context, link)
        open_photo(tab.page, photo_file)
        paint_square(tab.page)
        with tab.page.expect_response(lambda answer: answer.request.method == "POST") as posted:
            erase(tab.page)
        assert posted.value.url == f"{base}/"
        context.close()
        assert tab.errors == []
