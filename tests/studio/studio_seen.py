"""Whether all of the page can be seen and reached: nothing covered or cut, nothing that axe objects to."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

_LOOK = """() => {
    const above = document.querySelector("dialog[open]") ?? document.querySelector(":popover-open");
    const within = above ?? document;
    const problems = [];
    const start = (one) => one?.outerHTML.slice(0, 80);
    const name = (one) => one.getAttribute("aria-label") || one.textContent.trim() || start(one);
    const scrolls = (one) => {
        for (let at = one.parentElement; at; at = at.parentElement) {
            const { overflowX, overflowY } = getComputedStyle(at);
            const rolls = ["auto", "scroll"];
            if (rolls.includes(overflowX) && at.scrollWidth > at.clientWidth + 1) return true;
            if (rolls.includes(overflowY) && at.scrollHeight > at.clientHeight + 1) return true;
        }
        return false;
    };
    for (const one of within.querySelectorAll("button, select, input:not([type=file]), a[href], wh-stage")) {
        if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const { left, top, right, bottom, width, height } = one.getBoundingClientRect();
        if (width < 2 || height < 2) continue;
        const outside = left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
        if (outside) {
            if (!scrolls(one)) problems.push(`outside: ${name(one)}`);
            continue;
        }
        const label = one.closest("label");
        const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const itself = middle && (one.contains(middle) || middle.contains(one) || label?.contains(middle));
        if (!itself && !one.disabled && !one.closest("[inert]") && !scrolls(one)) {
            problems.push(`covered: ${name(one)} by ${start(middle)}`);
        }
        const cut = one.matches("button") && one.scrollWidth > one.clientWidth + 2;
        if (cut) problems.push(`cut: ${name(one)}`);
    }
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth + 1) problems.push(`wider than the window: ${root.scrollWidth}`);
    return problems;
}"""


def seen(page: Page) -> list[str]:
    """Return what is covered, cut, or lies outside the window where nothing scrolls to it."""
    return list(page.evaluate(_LOOK))


def objections(page: Page, within: str) -> list[tuple[str, list[str]]]:
    """Return what axe, which the page has, objects to in an element, in the dark as far as colours go."""
    found = page.evaluate(
        """async within => {
            const { dataset } = document.documentElement;
            const { theme } = dataset;
            const all = (await axe.run(within)).violations;
            dataset.theme = theme === "dark" ? "light" : "dark";
            const colours = (await axe.run(within, { runOnly: ["color-contrast"] })).violations;
            dataset.theme = theme;
            return [...all, ...colours];
        }""",
        within,
    )
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def accessible(page: Page) -> list[str]:
    """Return what axe calls serious or critical; nothing where it is not installed."""
    if not AXE.exists():
        return []
    client = page.context.new_cdp_session(page)
    # Not as a script of the page, whose policy forbids it.
    client.send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = page.evaluate(
        "async () => (await axe.run(document)).violations.map(v => [v.impact, v.id, v.nodes[0].html])"
    )
    client.detach()
    return [f"{name}: {html}" for impact, name, html in found if impact in {"serious", "critical"}]
