/** Menus: a button, and what it opens above or below itself. Where there is room, a part's styles may show it unopened. */

import { h, icon } from "./dom.js";
import { inWords, t } from "./words.js";

const DOTS = "M6 12h.01M12 12h.01M18 12h.01";
const GAP = 6;
let menus = 0;

/**
 * Make a menu.
 *
 * @param {string} words What it is called: a key of the page's words.
 * @param {Element[]} entries Buttons; whichever is pressed closes it.
 * @param {{ class?: string, picture?: string }} [how]
 * @returns {{ opener: HTMLButtonElement, panel: HTMLElement }}
 */
export function menu(words, entries, { class: given = "", picture = DOTS } = {}) {
  const id = `menu-${++menus}`;
  const panel = h("div", { id, popover: "auto", role: "group", class: `menu ${given}` }, ...entries);
  const opener = h("button", { type: "button", class: `opens ${given}`, popovertarget: id, "aria-expanded": "false" }, icon(picture));
  inWords(() => {
    for (const one of [panel, opener]) one.setAttribute("aria-label", t(words));
    opener.title = t(words);
  });
  panel.addEventListener("beforetoggle", (event) => {
    const opens = /** @type {ToggleEvent} */ (event).newState === "open";
    opener.setAttribute("aria-expanded", String(opens));
  });
  panel.addEventListener("toggle", () => panel.matches(":popover-open") && place(panel, opener));
  panel.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("button") && panel.matches(":popover-open")) panel.hidePopover();
  });
  return { opener, panel };
}

/**
 * Put a panel beside its button, within the window.
 *
 * @param {HTMLElement} panel
 * @param {HTMLElement} opener
 */
export function place(panel, opener) {
  const button = opener.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const below = button.bottom + GAP;
  const top = below + height <= innerHeight ? below : Math.max(GAP, button.top - GAP - height);
  const left = Math.max(GAP, Math.min(button.right - width, innerWidth - width - GAP));
  panel.style.inset = `${top}px auto auto ${left}px`;
}
