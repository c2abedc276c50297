/** The menu of what is set more rarely of the mask; it comes when it is first opened. */

import { loaded } from "../../base/loading.js";
import { menu, place } from "../../base/menu.js";
import { h } from "../../base/dom.js";
import { styled } from "../../base/styles.js";

const SLIDERS = "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4";

/** @param {import("../page.js").Studio} studio @returns {HTMLElement[]} */
export function maskMenu(studio) {
  const body = h("div");
  const { opener, panel } = menu("mask.more", [body], { class: "mask-more", picture: SLIDERS });
  panel.addEventListener("beforetoggle", async (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open" || body.childElementCount) return;
    try {
      const { MaskPanel } = await loaded(import("./panel.js"));
      await styled("overlay");
      body.replaceChildren(new MaskPanel(studio, panel));
      place(panel, opener);
    } catch (error) {
      panel.hidePopover();
      studio.fail(error);
    }
  });
  return [opener, panel];
}
