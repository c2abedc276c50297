"""While the service works: how far it is, what it will look like, and painting on meanwhile."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pictures import encoded
from scenes import red_square
from studio.studio_pages import drag, erase, open_photo

LARGE = red_square(900, 700, side=400)

WATCHED = """() => {
    const { underway } = document.querySelector("wh-studio");
    window.seen = [];
    const look = underway.end.bind(underway);
    underway.end = () => {
        const { canvas, stage } = underway.layer;
        const shown = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const { scale, x, y } = stage.view;
        const counts = { inside: 0, outside: 0, red: 0, hidden: canvas.hidden };
        for (let at = 0; at < shown.data.length; at += 4) {
            if (!shown.data[at + 3]) continue;
            const column = ((at / 4) % shown.width / devicePixelRatio - x) / scale;
            const row = (Math.floor(at / 4 / shown.width) / devicePixelRatio - y) / scale;
            const within = column > 230 && column < 670 && row > 130 && row < 570;
            counts[within ? "inside" : "outside"]++;
            if (shown.data[at] > 180 && shown.data[at + 1] < 80) counts.red++;
        }
        const bar = underway.bar;
        window.seen.push({ ...counts, done: bar.getAttribute("aria-valuenow"), bar: bar.hidden });
        look();
    };
}"""

ALL_CUTS = """async () => {
    const { isStream, readEvents } = await import("/studio/js/api/events.js");
    const text = ': a sign of life\\n\\nevent: progress\\ndata: {"Done":0,"Candidate":0}\\n\\n'
        + 'event: preview\\ndata: {"Done":0.5,"Candidate":1,"Left":1,"Top":2,"Width":3,"Height":4,'
        + '"Image":"AAAA"}\\n\\n'
        + 'event: result\\ndata: {"Response":{"ResultImage":"ä"}}\\n\\n';
    const bytes = new TextEncoder().encode(text);
    const found = new Set();
    for (let size = 1; size <= bytes.length; size++) {
        const parts = [];
        for (let at = 0; at < bytes.length; at += size) parts.push(bytes.slice(at, at + size));
        const pull = (to) => (parts.length ? to.enqueue(parts.shift()) : to.close());
        const body = new ReadableStream({ pull });
        const answer = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
        const told = [];
        const result = await readEvents(answer, ({ done, candidate, preview }) =>
            told.push([done, candidate, preview?.width, preview?.image.size]));
        found.add(JSON.stringify([isStream(answer), told, result]));
    }
    const cut = new Response(text.slice(0, 90), { headers: { "Content-Type": "text/event-stream" } });
    const broken = await readEvents(cut, () => {}).catch((error) => error.message);
    return [[...found], broken];
}"""

LEFT = """async () => {
    const { TimeLeft } = await import("/studio/js/studio/underway/left.js");
    const left = new TimeLeft(0);
    left.note(0, 5000);
    const said = [left.seconds(5000)];
    const news = [[0.05, 6000], [0.1, 6000], [0.2, 7000], [0.5, 10000], [0.9, 14000], [1, 15000]];
    for (const [done, now] of news) {
        left.note(done, now);
        said.push(left.seconds(now));
    }
    return said;
}"""

ERASED = """() => {
    const { packed, width } = document.querySelector("wh-studio").work.result.erased;
    return [50, 150, 250].map((x) => 50 * width + x).map((at) => (packed[at >> 3] >> (at & 7)) & 1);
}"""


def open_large(page: Page, folder: Path) -> None:
    (folder / "large.png").write_bytes(encoded(LARGE.pixels))
    open_photo(page, folder / "large.png")
    page.get_by_role("button", name="Rectangle").click()


def paint(page: Page, left: int, top: int, right: int, bottom: int) -> None:
    drag(page, (left, top), (right, bottom))


def test_what_comes_of_it_is_shown_in_the_hole_and_nowhere_else(studio: Page, tmp_path: Path) -> None:
    open_large(studio, tmp_path)
    paint(studio, 244, 144, 656, 556)
    studio.evaluate(WATCHED)
    erase(studio)
    (seen,) = studio.evaluate("seen")
    assert seen["inside"] > 10_000
    assert (seen["outside"], seen["red"], seen["hidden"], seen["bar"]) == (0, 0, False, False)
    assert int(seen["done"]) > 25
    expect(studio.get_by_role("progressbar")).to_have_count(0)
    assert studio.evaluate("document.querySelector('wh-studio').underway.layer.canvas.hidden")


def test_events_are_read_however_they_are_cut_and_time_left_follows_them(studio: Page) -> None:
    found, broken = studio.evaluate(ALL_CUTS)
    assert found == ['[true,[[0,0,null,null],[0.5,1,3,3]],{"Response":{"ResultImage":"ä"}}]']
    assert "result" in broken
    assert studio.evaluate(LEFT) == [None, None, 9, 8, 5, 1, 1]


def test_painting_goes_on_while_what_was_painted_is_erased(studio: Page, tmp_path: Path) -> None:
    open_large(studio, tmp_path)
    studio.get_by_label("Erase as soon as I lift the brush").check()
    paint(studio, 244, 144, 656, 556)
    expect(studio.get_by_role("button", name="Cancel")).to_be_visible()
    for left in (20, 120, 220):  # the last is taken back, the others are erased together
        paint(studio, left, 20, left + 60, 80)
    studio.keyboard.press("Control+z")
    expect(studio.get_by_role("button", name="Result 1", exact=True)).to_be_visible(timeout=40_000)
    expect(studio.get_by_role("button", name="Result 2", exact=True)).to_be_visible(timeout=40_000)
    assert studio.evaluate(ERASED) == [1, 1, 0]
    studio.on("dialog", lambda dialog: dialog.accept())
    studio.reload()
    open_large(studio, tmp_path)
    expect(studio.get_by_label("Erase as soon as I lift the brush")).to_be_checked()
    studio.get_by_label("Erase as soon as I lift the brush").uncheck()
    paint(studio, 20, 20, 80, 80)
    studio.wait_for_timeout(700)
    expect(studio.get_by_role("button", name="Erase", exact=True)).to_be_enabled()
    expect(studio.get_by_role("button", name="Result 1", exact=True)).to_have_count(0)
