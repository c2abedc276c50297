/** Buttons with an icon and a shortcut, and groups of them. */

import { h, icon } from "../base/dom.js";
import { keyNames } from "../base/key-names.js";
import { markingChanged } from "../base/marking.js";
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
    made.title = command.keys ? t("keys.beside", { words, keys: keyNames(command.keys) }) : words;
    // Where room is short the styles leave the label out.
    made.setAttribute("aria-label", words);
  });
  if (command.keys) made.setAttribute("aria-keyshortcuts", command.keys.replaceAll("Ctrl", "Control"));
  return made;
}

/**
 * @param {string} words The name of the group.
 * @param {string} given Its class.
 * @param {...(Node | null)} children
 */
export function group(words, given, ...children) {
  const made = h("div", { class: `group ${given}`, role: "group" }, ...children);
  inWords(() => made.setAttribute("aria-label", t(words)));
  return made;
}

/**
 * Make a box for something that is set; where room is short it has a shorter name.
 *
 * @param {import("./page.js").Studio} studio
 * @param {"goes" | "marked" | "withEffects"} option
 */
export function choiceOf(studio, option) {
  const box = h("input", { type: "checkbox", checked: studio[option] });
  const long = h("span", { class: "long" });
  const short = h("span", { class: "short" });
  const label = h("label", { class: `choice ${option}` }, box, long, short);
  box.addEventListener("change", () => {
    studio[option] = box.checked;
  });
  const show = () => {
    box.checked = studio[option];
  };
  studio.addEventListener("change", show);
  // It may be chosen elsewhere as well: in a dialog, in the batch, in another tab.
  if (option === "marked") markingChanged.addEventListener("change", show);
  inWords(() => {
    long.textContent = t(`erase.${option}`);
    short.textContent = t(`erase.${option}Short`);
    box.setAttribute("aria-label", t(`erase.${option}`));
    label.title = t(`erase.${option}Hint`);
  });
  return label;
}
