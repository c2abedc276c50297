/** Keys of the studio: shortcuts, and what is done for as long as a key is held. */

import { isPressing, isTyping, nameOf } from "./shortcuts.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./buttons.js").Command} Command */

/** @param {Studio} studio */
export function listenToKeys(studio) {
  document.addEventListener("keydown", (event) => pressed(studio, event));
  document.addEventListener("keyup", (event) => released(studio, event));
}

/** @param {Studio} studio @param {KeyboardEvent} event */
function pressed(studio, event) {
  if (!studio.isConnected || studio.closest("[hidden]") || isTyping(event) || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "Enter" && isPressing(event)) return;
  // Text that is selected is what is copied.
  if (nameOf(event) === "Ctrl+C" && !getSelection()?.isCollapsed) return;
  const { placing, selection, findings, variants } = studio;
  if ([placing, selection, findings, variants].some((one) => one?.pressed(event))) event.preventDefault();
  else if (event.key === " " && !isPressing(event)) {
    event.preventDefault();
    studio.holdPhoto(true);
  } else if (event.key === "\\") studio.original(true);
  else {
    /** @type {Command[]} */
    const all = Object.values(studio.commands);
    const found = all.find((command) => command.keys === nameOf(event));
    if (found) {
      event.preventDefault();
      found.run();
    }
  }
}

/** @param {Studio} studio @param {KeyboardEvent} event */
function released(studio, event) {
  if (event.key === " ") studio.holdPhoto(false);
  else if (event.key === "\\") studio.original(false);
}
