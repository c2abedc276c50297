/** What has the focus, and whether that is seen; what Tab leads to, and what it does not. */

var named = (/** @type {Element} */ one) => `${one.localName} “${(one.getAttribute("aria-label") || one.textContent?.trim() || one.id || one.className).slice(0, 40)}”`;

/** What has the focus, by a number of its own, -1 for nothing; and why it is not seen: no ring, a cut one, or it is covered. */
var focused = () => {
  const one = document.activeElement;
  if (!one || one === document.body) return [-1, ""];
  window.reached ??= [];
  if (!window.reached.includes(one)) window.reached.push(one);
  const number = window.reached.indexOf(one);
  const style = getComputedStyle(one);
  const width = parseFloat(style.outlineWidth);
  if (style.outlineStyle === "none" || width < 1) return [number, `no ring: ${named(one)}`];
  const box = one.getBoundingClientRect();
  const out = parseFloat(style.outlineOffset) + width / 2;
  const room = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (let at = one.parentElement; at && at !== document.documentElement; at = at.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(at);
    const { left, top, right, bottom } = at.getBoundingClientRect();
    if (overflowX !== "visible") Object.assign(room, { left: Math.max(room.left, left), right: Math.min(room.right, right) });
    if (overflowY !== "visible") Object.assign(room, { top: Math.max(room.top, top), bottom: Math.min(room.bottom, bottom) });
    if (at.matches("dialog:modal, :popover-open")) break;
  }
  const sides = [
    box.left - out >= room.left && box.left - out < room.right,
    box.right + out <= room.right && box.right + out > room.left,
    box.top - out >= room.top && box.top - out < room.bottom,
    box.bottom + out <= room.bottom && box.bottom + out > room.top,
  ];
  if (sides.filter(Boolean).length < 3) return [number, `its ring is cut: ${named(one)}`];
  const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  const own = hit && (one.contains(hit) || hit.contains(one) || hit.closest("label")?.contains(one));
  return [number, own ? "" : `covered while it has the focus: ${named(one)}`];
};

/** What should have been reached, and was not; of radio buttons one is enough. */
var missed = () =>
  [...document.querySelectorAll("button, a[href], input:not([type=file], [type=radio]), select, textarea, summary, [tabindex='0']")]
    .filter((one) => one instanceof HTMLElement && one.tabIndex >= 0 && !one.matches(":disabled") && !one.closest("[inert]"))
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getBoundingClientRect().width > 1)
    .filter((one) => !window.reached?.includes(one))
    .map(named);
