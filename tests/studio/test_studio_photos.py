"""Photos as cameras make them: what is sent of them, what comes of their files, what is said of others."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from harness import Service
from photo.photo_files import exif_block, matrix_profile
from scenes import red_square, reds
from studio.explorer_node import run
from studio.studio_pages import (
    downloaded,
    drag,
    erase,
    link_to,
    open_photo,
    open_tab,
    paint_square,
    pixels_of,
    press,
)

MARK = "Draw the AI mark"
SIDE = 60


def drop(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Drop files on the studio: names, media types, contents."""
    given = [(name, kind, base64.b64encode(data).decode()) for name, kind, data in files]
    page.locator("wh-studio").evaluate(
        """(studio, given) => {
            const data = new DataTransfer();
            for (const [name, type, text] of given) {
                const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
                data.items.add(new File([bytes], name, { type }));
            }
            const how = { dataTransfer: data, bubbles: true, cancelable: true };
            studio.dispatchEvent(new DragEvent("drop", how));
        }""",
        given,
    )


def jpeg(width: int = 480, height: int = 320) -> tuple[bytes, bytes]:
    """Return a photo as a camera writes it, with wide colours, and its EXIF block."""
    block = exif_block(size=(width, height))
    out = io.BytesIO()
    Image.fromarray(red_square(width, height, side=SIDE).pixels).save(
        out, "JPEG", quality=92, subsampling=2, exif=block, icc_profile=matrix_profile(), dpi=(300, 300)
    )
    return out.getvalue(), block


def sent(page: Page) -> list[dict[str, Any]]:
    """Note the calls that are made from now on: action, and how large photo and answer are."""
    calls: list[dict[str, Any]] = []

    def note(request: Any) -> None:
        action = request.headers.get("x-tc-action")
        if action:
            calls.append({"action": action, **request.post_data_json})

    page.on("request", note)
    return calls


def test_a_cameras_file_comes_back_as_it_was_but_for_the_hole(studio: Page, tmp_path: Path) -> None:
    """Its surroundings are sent, in the photo's own colours; the file keeps its blocks and what it says."""
    file, block = jpeg(1600, 1200)
    (tmp_path / "camera.jpg").write_bytes(file)
    open_photo(studio, tmp_path / "camera.jpg")
    calls = sent(studio)
    studio.get_by_label(MARK).uncheck()
    studio.locator("#size").fill("40")
    for y in (580, 600, 620):
        drag(studio, (770, y), (830, y))
    erase(studio)
    (erasure,) = [one for one in calls if one["action"] == "EraseRegions"]
    with Image.open(io.BytesIO(base64.b64decode(erasure["InputImage"]))) as piece:
        assert piece.width * piece.height < 1600 * 1200 / 4
        assert piece.info["icc_profile"] == matrix_profile()
        left, top = (1600 - piece.width) // 2 // 16 * 16, (1200 - piece.height) // 2 // 16 * 16
        with Image.open(io.BytesIO(file)) as photo:
            box = (left, top, left + piece.width, top + piece.height)
            # The numbers of the file, whatever they look like on this monitor.
            found = np.asarray(piece.convert("RGB")).astype(int)
            assert np.abs(found - np.asarray(photo.crop(box))).max() <= 1
    result = downloaded(studio, "Download", tmp_path)
    assert result.name == "camera-wuhen.jpg"
    before, after = pixels_of(tmp_path / "camera.jpg"), pixels_of(result)
    assert reds(before) > 3000
    assert reds(after) == 0
    outside = np.ones(before.shape[:2], bool)
    outside[480:720, 660:940] = False
    assert np.array_equal(before[outside], after[outside])
    with Image.open(result) as image:
        assert image.info["icc_profile"] == matrix_profile()
        assert image.info["dpi"] == (300, 300)
        assert image.info["exif"] == block


def test_paint_on_a_fill_and_within_it(studio: Page, tmp_path: Path) -> None:
    """What reaches beyond a fill is erased with it, from the photo; what lies within is filled anew."""
    (tmp_path / "large.jpg").write_bytes(jpeg(1600, 1200)[0])
    open_photo(studio, tmp_path / "large.jpg")
    studio.get_by_label(MARK).uncheck()
    calls = sent(studio)
    studio.locator("#size").fill("20")
    drag(studio, (770, 580), (790, 580))
    erase(studio)
    studio.locator("#size").fill("40")
    for y in (580, 600, 620):
        drag(studio, (770, y), (830, y))
    erase(studio, 2)
    studio.locator("#size").fill("8")
    drag(studio, (790, 600), (800, 600))
    erase(studio, 3)
    masks = [one["Mask"] for one in calls if one["action"] == "EraseRegions"]
    holes = [np.asarray(Image.open(io.BytesIO(base64.b64decode(mask))))[..., 0] > 127 for mask in masks]
    first, second, third = (int(hole.sum()) for hole in holes)
    assert second > first > third
    assert [bool(one["KeepOut"]) for one in calls if one["action"] == "EraseRegions"] == [False, False, True]
    assert reds(pixels_of(downloaded(studio, "Download", tmp_path))) == 0


def test_the_mark_can_be_put_on_and_taken_off_a_result_and_is_remembered(
    browser: Browser, studio_service: Service, photo_file: Path, tmp_path: Path
) -> None:
    """One click, for any result; an English page shows and draws the English wording."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    tab = open_tab(context, link_to(studio_service))
    page = tab.page
    open_photo(page, photo_file)
    paint_square(page)
    calls = sent(page)
    erase(page)
    shown = "() => document.querySelector('wh-studio').markLayer.mark?.place"
    page.wait_for_function(shown)
    place = [round(one) for one in page.evaluate(shown)]
    marked = pixels_of(downloaded(page, "Download", tmp_path))
    page.get_by_label(MARK).uncheck()
    page.wait_for_function(f"() => !({shown})()")
    plain = pixels_of(downloaded(page, "Download", tmp_path))
    differs = (marked != plain).any(axis=2)
    left, top, width, height = place
    assert differs[top : top + height, left : left + width].sum() == differs.sum() > 500
    assert {one["MarkLanguage"] for one in calls if "MarkLanguage" in one} == {"en"}
    assert [one["action"] for one in calls].count("EraseRegions") == 1
    page.close()
    again = open_tab(context, link_to(studio_service)).page
    open_photo(again, photo_file)
    expect(again.get_by_label(MARK)).not_to_be_checked()
    context.close()
    assert tab.errors == []


def test_what_cannot_be_opened_says_why_and_several_photos_are_offered_as_a_batch(studio: Page) -> None:
    for name, kind, why in (
        ("scan.pdf", "application/pdf", "is a document"),
        ("IMG_1.CR3", "", "raw file"),
        ("film.mp4", "video/mp4", "is a video"),
        ("notes.txt", "text/plain", "is no picture"),
        ("drawing.svg", "image/svg+xml", "without pixels"),
    ):
        drop(studio, (name, kind, b"x" * 64))
        expect(studio.get_by_role("alert").filter(has_text=name)).to_contain_text(why)
    data = red_square(96, 64).photo
    drop(
        studio,
        ("one.png", "image/png", data),
        ("notes.txt", "text/plain", b"x"),
        ("two.png", "image/png", data),
    )
    expect(studio.locator("wh-stage")).to_be_visible()
    expect(studio.get_by_role("status").filter(has_text="one.png is open. 1 more")).to_have_count(1)
    studio.get_by_role("button", name="Do all as a batch").click()
    expect(studio.locator("wh-batch")).to_be_visible()
    for name in ("one.png", "two.png"):
        expect(studio.locator("wh-batch").get_by_text(name)).to_be_visible()


def test_a_result_is_exported_as_it_is_wanted(studio: Page, tmp_path: Path) -> None:
    file, _ = jpeg()
    (tmp_path / "camera.jpg").write_bytes(file)
    open_photo(studio, tmp_path / "camera.jpg")
    paint_square(studio)
    erase(studio)
    press(studio, "Export…")
    dialog = studio.get_by_role("dialog", name="Export")
    size = dialog.locator(".e-size")
    expect(size).to_contain_text("kB")
    as_given = size.text_content()
    dialog.get_by_label("WebP").check()
    dialog.get_by_label("Quality").fill("40")
    dialog.get_by_label("Keep camera").uncheck()
    dialog.get_by_label("File name").fill("beach/2")
    expect(size).to_contain_text("kB")
    assert size.text_content() != as_given
    with studio.expect_download() as offered:
        dialog.get_by_label("File name").press("Enter")
    assert offered.value.suggested_filename == "beach_2.webp"
    offered.value.save_as(tmp_path / "beach.webp")
    with Image.open(tmp_path / "beach.webp") as image:
        assert image.format == "WEBP"
        assert b"Acme" not in (tmp_path / "beach.webp").read_bytes()
        assert image.info["icc_profile"] == matrix_profile()
        assert reds(np.asarray(image.convert("RGB"))) == 0
    expect(dialog).to_have_count(0)
    notice = studio.locator("wh-notices .status")
    expect(notice).to_have_text("Saved.")
    studio.evaluate(
        """() => {
            const denied = new DOMException("no", "NotAllowedError");
            navigator.clipboard.write = () => Promise.reject(denied);
        }"""
    )
    # Text that is selected is copied as everywhere.
    studio.evaluate("getSelection().selectAllChildren(document.querySelector('.brand'))")
    studio.keyboard.press("Control+c")
    expect(notice).to_have_text("Saved.")
    studio.evaluate("getSelection().empty()")
    studio.keyboard.press("Control+c")
    expect(notice).to_have_text("The browser does not allow it. Its settings for this site can.")
    # What other pages are about has another name.
    studio.get_by_role("button", name="Dismiss").click()
    name = studio.get_by_text("camera.jpg, ")
    expect(name).to_be_visible()
    studio.get_by_role("button", name="Batch", exact=True).click()
    expect(name).to_be_hidden()


def test_the_words_of_the_dialog_exist_in_both_languages() -> None:
    words = run("words", part="studio/export")
    assert words["en"].keys() == words["zh"].keys()


def test_files_say_whether_parts_of_them_can_be_cut_out() -> None:
    def look(data: bytes) -> dict[str, Any]:
        found: dict[str, Any] = run("look", data=base64.b64encode(data).decode())
        return found

    def saved(mode: str, name: str, **how: Any) -> bytes:
        out = io.BytesIO()
        Image.new(mode, (40, 30)).save(out, name, **how)
        return out.getvalue()

    profile = matrix_profile()
    plain: dict[str, Any] = {"whole": False, "transparent": False, "profile": None, "chunks": []}
    assert look(saved("RGB", "JPEG")) == plain
    assert look(saved("L", "JPEG")) == plain
    assert look(saved("RGB", "PNG")) == plain
    assert look(saved("RGB", "WEBP")) == plain
    for name in ("JPEG", "WEBP"):
        found = look(saved("RGB", name, icc_profile=profile))
        assert base64.b64decode(found["profile"]) == profile
        assert not found["whole"]
    assert look(saved("RGB", "PNG", icc_profile=profile))["chunks"] == ["iCCP"]
    assert look(saved("CMYK", "JPEG"))["whole"]
    assert look(saved("I;16", "PNG"))["whole"]
    for name in ("PNG", "WEBP"):
        assert look(saved("RGBA", name)) == {**plain, "whole": True, "transparent": True}
    assert look(saved("RGB", "TIFF"))["whole"]
    for broken in (
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\xff",
        saved("RGB", "PNG")[:30],
        b"RIFF\0\0\0\0WEBPVP8X",
    ):
        assert look(broken)["whole"] in {True, False}


def test_an_erasure_is_planned() -> None:
    def plan(painted: list[list[int]], before: list[list[int]] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = run("plan", width=800, height=600, painted=painted, before=before)
        return found

    square = [300, 200, 20, 20]
    one = plan([square])
    assert one == {"hole": 400, "keepOut": 0, "erased": 400, "again": False, "part": [208, 112, 208, 192]}
    # An earlier hole that the paint touches goes with it, whole; the other stays, and is not copied from.
    far = [600, 400, 10, 10]
    joined = plan([square], [[310, 210, 40, 40], far])
    assert joined["hole"] == joined["erased"] - 100 == 400 + 1600 - 100
    assert joined["keepOut"] == 100
    assert not joined["again"]
    within = plan([[320, 220, 4, 4]], [[310, 210, 40, 40], far])
    assert within["again"]
    assert within["hole"] == 16
    assert within["keepOut"] == 1600 - 16 + 100
    # It sees beyond the fill that it lies in.
    left, _, width, _ = within["part"]
    assert left <= 310 - 64
    assert left + width >= 350 + 64
