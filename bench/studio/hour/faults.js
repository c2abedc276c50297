/**
 * What is wrong with the page as it is shown now: controls that are covered, cut, too small or on one another, texts
 * that are cut, spill or are covered. Makes `window.faultsOf`.
 */
(() => {
  const CONTROLS = [
    "button, a[href], input, select, textarea, summary, [tabindex]:not([tabindex='-1'])",
    "[role=button], [role=tab], [role=slider], [role=link], [role=checkbox]",
  ].join(", ");
  /** What moves sideways on purpose. */
  const STRIPS = "pre, .film, .places, .filters, .ways, .i-scroll, .x-tabs, wh-recent ul, textarea, input, select, canvas";
  /** Names of files and the like may be as long as they like. */
  const SHORTENED = ".rest, .name, .joined span, .touch-up b, .work-kept, option";
  /** What lies over something on purpose: the captions and the handle of pictures, the corners of rectangles. */
  const LAID_OVER = ".tag, .edge, .hero, .corner, .area, .areas, .drop, wh-stage, .ways span";
  const SLACK = 1.5;

  /** @param {Element} one */
  const called = (one) => {
    const name = one.getAttribute("aria-label") || one.textContent?.trim() || one.id || one.className;
    return `${one.localName} “${String(name).replace(/\s+/g, " ").slice(0, 40)}”`;
  };
  /** Whether it is there for screen readers alone. @param {Element | null} one */
  const isHeard = (one) => one !== null && (getComputedStyle(one).clipPath === "inset(50%)" || isHeard(one.parentElement));
  /** What stays in sight while the rest is scrolled below it. @param {Element | null} one @returns {Element | null} */
  const staysIn = (one) => (!one || getComputedStyle(one).position === "sticky" ? one : staysIn(one.parentElement));
  /** @param {Element} one */
  const isShown = (one) =>
    one.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) &&
    !one.closest(".heard, [inert]") &&
    !isHeard(one);

  /** @param {Element} one @returns {Element | null} */
  const parentOf = (one) => one.parentElement;

  /** @param {DOMRect} a @param {{ left: number, top: number, right: number, bottom: number }} b */
  const meet = (a, b) => {
    const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
    return new DOMRect(left, top, Math.max(0, Math.min(a.right, b.right) - left), Math.max(0, Math.min(a.bottom, b.bottom) - top));
  };

  /** Follow what may cut something: what is left to see of it, and what cuts it where nobody can scroll. */
  function seen(/** @type {Element} */ from, /** @type {DOMRect} */ box, { itself = false } = {}) {
    let left = box;
    let reachable = box;
    let shortened = false;
    let scrolled = false;
    /** @type {Element | null} */
    let cutter = null;
    const fixed = from.closest("dialog:modal, :popover-open");
    for (let at = itself ? from : parentOf(from); at && at !== document.documentElement; at = parentOf(at)) {
      const style = getComputedStyle(at);
      if (style.display === "contents" || style.display === "inline") continue;
      const outer = at.getBoundingClientRect();
      const inner = {
        left: outer.left + at.clientLeft,
        top: outer.top + at.clientTop,
        right: outer.left + at.clientLeft + at.clientWidth,
        bottom: outer.top + at.clientTop + at.clientHeight,
      };
      const ends = { left: -1e6, top: -1e6, right: 1e6, bottom: 1e6 };
      const hard = { ...ends };
      if (style.overflowX !== "visible") Object.assign(ends, { left: inner.left, right: inner.right });
      if (style.overflowY !== "visible") Object.assign(ends, { top: inner.top, bottom: inner.bottom });
      if (["hidden", "clip"].includes(style.overflowX)) Object.assign(hard, { left: inner.left, right: inner.right });
      if (["hidden", "clip"].includes(style.overflowY)) Object.assign(hard, { top: inner.top, bottom: inner.bottom });
      if (["auto", "scroll"].includes(style.overflowX)) {
        // Nobody can scroll to what lies before the start.
        if (box.left + at.scrollLeft < inner.left - SLACK) Object.assign(hard, { left: inner.left - at.scrollLeft });
      }
      if (["auto", "scroll"].includes(style.overflowY) && box.top + at.scrollTop < inner.top - SLACK) Object.assign(hard, { top: inner.top - at.scrollTop });
      left = meet(left, ends);
      const scrolls = (style.overflowX !== "visible" && at.scrollWidth > at.clientWidth) || (style.overflowY !== "visible" && at.scrollHeight > at.clientHeight);
      const now = scrolled ? reachable : meet(reachable, hard);
      if (now.width < reachable.width - SLACK || now.height < reachable.height - SLACK) {
        cutter ??= at;
        shortened ||= style.textOverflow === "ellipsis" && now.height >= reachable.height - SLACK;
      }
      reachable = now;
      // Whatever is scrolled is where it is only for now.
      scrolled ||= scrolls && (left.width < box.width - SLACK || left.height < box.height - SLACK) && !cutter;
      if (at === fixed) break;
    }
    const window = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const all = meet(left, window);
    if (!scrolled && !cutter && (all.width < left.width - SLACK || all.height < left.height - SLACK)) cutter = document.documentElement;
    return { left: all, cutter, scrolled, shortened };
  }

  /** What belongs to a control where it is touched. @param {Element} control */
  const targetOf = (control) => {
    const label = control.closest("label");
    if (label) return label;
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) return control.labels?.[0] ?? control;
    return control;
  };

  /** @param {Element | null} hit @param {Element} control */
  const hits = (hit, control) => {
    if (!hit) return false;
    if (control.contains(hit)) return true;
    const label = hit.closest("label");
    return Boolean(label && (label.contains(control) || (control instanceof HTMLInputElement && label.control === control)));
  };

  /** @param {Element} hit @param {Element} control */
  const rounds = (hit, control) => {
    for (let at = parentOf(control); at; at = parentOf(at)) {
      const { borderTopLeftRadius, overflowX } = getComputedStyle(at);
      if (parseFloat(borderTopLeftRadius) && overflowX !== "visible") return true;
      if (at === hit) return false;
    }
    return false;
  };

  /** Whether a control can be scrolled out from under what stays in sight. @param {Element} control @param {Element} hit */
  const scrollsBelow = (control, hit) => {
    const bar = staysIn(hit);
    if (!bar || bar === staysIn(control)) return false;
    for (let at = parentOf(bar); at; at = parentOf(at)) if (at.contains(control) && getComputedStyle(at).overflowY === "auto" && at.scrollHeight > at.clientHeight) return true;
    return false;
  };

  function covered(/** @type {Element} */ control, /** @type {DOMRect} */ box, /** @type {boolean} */ scrolled) {
    if (getComputedStyle(control).pointerEvents === "none") return "";
    const round = Math.min(parseFloat(getComputedStyle(control).borderTopLeftRadius) || 0, Math.min(box.width, box.height) / 2);
    const inset = 1.5 + round * 0.3;
    if (box.width <= 2 * inset || box.height <= 2 * inset) return "";
    const [l, t, r, b] = [box.left + inset, box.top + inset, box.right - inset, box.bottom - inset];
    const middle = [(l + r) / 2, (t + b) / 2];
    // Of what is round and only partly scrolled into sight, corners may lie beside it.
    const corners = scrolled && round ? [] : [[l, t], [r, t], [l, b], [r, b]];
    for (const [x, y] of [middle, ...corners]) {
      const hit = document.elementFromPoint(x, y);
      if (hit && scrollsBelow(control, hit)) continue;
      // A part that is round at its corners cuts what lies in them.
      if (x !== middle[0] && hit?.contains(control) && rounds(hit, control)) continue;
      if (!hits(hit, control)) return hit ? called(hit) : "nothing";
    }
    return "";
  }

  /** @param {Element} root */
  function textsOf(root) {
    const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || !node.textContent?.trim() || parent.closest("script, style, noscript, option, svg, textarea")) continue;
      if (!isShown(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = [...range.getClientRects()].filter((line) => line.width > 1 && line.height > 1);
      if (lines.length) texts.push({ parent, text: node.textContent.trim().replace(/\s+/g, " ").slice(0, 40), lines, all: range.getBoundingClientRect() });
    }
    return texts;
  }

  window.faultsOf = ({ touch }) => {
    const faults = new Set();
    const say = (/** @type {string} */ text) => faults.add(text);
    const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
    const popover = modal ? modal.querySelector(":popover-open") : document.querySelector(":popover-open");
    const scope = popover ?? modal ?? document.body;
    const controls = [...scope.querySelectorAll(CONTROLS)].filter((one) => isShown(one) && !(one instanceof HTMLInputElement && one.type === "file"));

    const boxes = [];
    for (const control of controls) {
      const whole = control.getBoundingClientRect();
      if (whole.width < 1 || whole.height < 1) continue;
      const { left: box, cutter, scrolled } = seen(control, whole);
      if (cutter && !control.matches("[tabindex]:not(button), .area")) say(`cut: ${called(control)} by ${called(cutter)}`);
      if (control.localName !== "wh-stage" && box.width > 3 && box.height > 3) {
        const by = control.matches(".area, .hero, .areas") ? "" : covered(control, box, scrolled);
        if (by) say(`covered: ${called(control)} by ${by}`);
        boxes.push({ control, box });
      }
      const inText = control.matches("a[href], summary") && getComputedStyle(control).display.startsWith("inline");
      if (inText || control.matches(".area, pre, [role=region], .i-scroll, .i-calls, .x-split, wh-stage, [tabindex='0']:not(button, input, [role])") || scrolled) continue;
      const target = targetOf(control).getBoundingClientRect();
      const least = touch ? 40 : 24;
      const wide = Math.max(target.right, whole.right) - Math.min(target.left, whole.left);
      const high = Math.max(target.bottom, whole.bottom) - Math.min(target.top, whole.top);
      if (wide < least - 0.5 || high < least - 0.5) say(`small: ${called(control)} ${Math.round(wide)}×${Math.round(high)}`);
    }
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        if (one.control.contains(other.control) || other.control.contains(one.control)) continue;
        if (one.control.matches(LAID_OVER) || other.control.matches(LAID_OVER)) continue;
        const both = meet(one.box, other.box);
        if (both.width > 2 && both.height > 2 && staysIn(one.control) === staysIn(other.control)) say(`on one another: ${called(one.control)} and ${called(other.control)}`);
      }
    }

    const texts = textsOf(scope);
    const lines = [];
    for (const { parent, text, lines: rows, all } of texts) {
      const control = parent.closest("button, .button, select");
      if (control) {
        const box = control.getBoundingClientRect();
        if (all.left < box.left - SLACK || all.right > box.right + SLACK || all.top < box.top - SLACK - 2 || all.bottom > box.bottom + SLACK + 2) say(`spills: “${text}” out of ${called(control)}`);
      }
      const { cutter, shortened } = seen(parent, all, { itself: true });
      if (cutter && !(shortened && parent.closest(SHORTENED))) say(`text cut: “${text}” in ${called(parent)}${cutter === document.documentElement ? " by the window" : ""}`);
      const over = parent.closest(LAID_OVER) !== null;
      for (const row of rows) {
        const { left: box } = seen(parent, row, { itself: true });
        if (box.width < 4 || box.height < 4) continue;
        const slim = new DOMRect(box.left, box.top + box.height * 0.2, box.width, box.height * 0.6);
        if (over) continue;
        lines.push({ parent, text, slim });
        if (getComputedStyle(parent).pointerEvents === "none") continue;
        const hit = document.elementFromPoint(slim.left + slim.width / 2, slim.top + slim.height / 2);
        const below = staysIn(hit) !== staysIn(parent);
        const same = below || (hit && (hit.contains(parent) || parent.contains(hit) || hit.closest("label, button, li, summary, p, dt, dd")?.contains(parent)));
        if (!same) say(`text covered: “${text}” by ${hit ? called(hit) : "nothing"}`);
      }
    }
    for (const [index, one] of lines.entries()) {
      for (const other of lines.slice(index + 1)) {
        const both = meet(one.slim, other.slim);
        if (both.width > 2 && both.height > 2 && one.parent !== other.parent && staysIn(one.parent) === staysIn(other.parent)) say(`texts on one another: “${one.text}” and “${other.text}”`);
      }
      for (const { control, box } of boxes) {
        if (control.contains(one.parent) || one.parent.contains(control) || targetOf(control).contains(one.parent)) continue;
        if (control.matches(LAID_OVER + ", [tabindex='0']:not(button, input)")) continue;
        const both = meet(one.slim, box);
        if (both.width > 2 && both.height > 2 && staysIn(one.parent) === staysIn(control)) say(`text on a control: “${one.text}” and ${called(control)}`);
      }
    }

    if (document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth) say("the page scrolls sideways");
    if (visualViewport && visualViewport.scale < 0.99) say("the page is wider than the window");
    for (const one of scope.querySelectorAll("*")) {
      if (one.matches(STRIPS) || one.scrollWidth <= one.clientWidth + 1 || !one.clientWidth || !isShown(one)) continue;
      const { overflowX } = getComputedStyle(one);
      if (["auto", "scroll"].includes(overflowX)) say(`scrolls sideways: ${called(one)}`);
    }
    const [told, stage] = ["wh-notices", "wh-stage"].map((name) => document.querySelector(name));
    if (told && stage && isShown(stage)) {
      const both = meet(told.getBoundingClientRect(), stage.getBoundingClientRect());
      if (both.width > 1 && both.height > 1) say("a notice covers the stage");
    }
    return [...faults];
  };
})();
