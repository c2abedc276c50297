/** Buttons with an icon and a shortcut. */

import { h, icon } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { ICONS } from "./icons.js";

/**
 * @typedef {object} Command Something that can be done, by a button and by a key.
 * @property {string} words What it is called: a key of the page's words.
 * @property {string} [keys] Its shortcut: see `shortcuts.js`.
 * @property {keyof typeof ICONS} [icon]
 * @property {() => void} run
 */

/**
 * @param {Command} command
 * @param {{ label?: boolean, class?: string }} [how] `label` shows its words beside the icon.
 * @returns {HTMLButtonElement}
 */
export function button(command, { label = !command.icon, class: given = "" } = {}) {
  const text = h("span", { class: "label" });
  const made = h("button", { type: "button", class: given, onclick: () => command.run() }, command.icon && icon(ICONS[command.icon]), label && text);
  inWords(() => {
    const words = t(command.words);
    text.textContent = words;
    made.title = command.keys ? `${words} (${command.keys})` : words;
    if (!label) made.setAttribute("aria-label", words);
  });
  if (command.keys) made.setAttribute("aria-keyshortcuts", command.keys.replaceAll("Ctrl", "Control"));
  return made;
}
