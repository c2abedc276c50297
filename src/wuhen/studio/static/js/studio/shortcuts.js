/** Shortcuts: which key does what, and the dialog that lists them. */

import { h } from "../base/dom.js";
import { keyNames } from "../base/key-names.js";
import { t } from "../base/words.js";

/** @typedef {import("./buttons.js").Command} Command */

/**
 * Name what was pressed as shortcuts are written: `Ctrl+Shift+Z`, `B`, `[`. `=` is `+` without Shift; a Mac's Delete is Backspace.
 *
 * @param {KeyboardEvent} event
 */
export function nameOf(event) {
  const typed = event.key === "=" ? "+" : event.key === "Backspace" ? "Delete" : event.key;
  const key = typed.length === 1 ? typed.toUpperCase() : typed;
  const letter = /^[A-Z]$/.test(key);
  return [(event.ctrlKey || event.metaKey) && "Ctrl", event.shiftKey && (letter || key.length > 1) && "Shift", event.altKey && "Alt", key]
    .filter(Boolean)
    .join("+");
}

let tabbed = false;
addEventListener("keydown", ({ key }) => (tabbed ||= key === "Tab"), true);
addEventListener("pointerdown", () => (tabbed = false), true);

/**
 * Whether a key is meant for the button that has the focus: the user came to it by key. After a click the focus on it
 * is only left over.
 *
 * @param {KeyboardEvent} event
 */
export function isPressing({ target }) {
  return tabbed && target instanceof HTMLButtonElement;
}

/** Kinds of inputs into which nothing is typed, nor pasted. */
const WITHOUT_TEXT = ["button", "checkbox", "color", "file", "radio", "range", "reset", "submit"];

/**
 * Whether what is typed or pasted goes into this.
 *
 * @param {EventTarget | null} target
 */
export function takesText(target) {
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}

/** @param {KeyboardEvent} event */
export function isTyping({ target }) {
  return takesText(target) || target instanceof HTMLSelectElement;
}

/**
 * Show what can be done by key.
 *
 * @param {Command[]} commands
 */
export function showShortcuts(commands) {
  const rows = [
    ...commands.filter((command) => command.keys).map((command) => [keyNames(command.keys ?? ""), t(command.words)]),
    [keyNames("Space"), t("help.space")],
    ["\\", t("help.hold")],
    [t("help.arrows"), t("help.arrowsMove")],
    [t("help.long"), t("help.press")],
    [keyNames("Wheel"), t("help.wheel")],
    [keyNames("Alt+Wheel"), t("help.altWheel")],
  ];
  const dialog = h(
    "dialog",
    { class: "shortcuts", "aria-label": t("help.title"), onclose: () => dialog.remove() },
    h("h2", { text: t("help.title"), tabindex: "-1", autofocus: true }),
    h("dl", { class: "keys" }, ...rows.map(([keys, words]) => h("div", {}, h("dt", { text: keys }), h("dd", { text: words })))),
    h("form", { method: "dialog" }, h("div", { class: "row" }, h("button", { class: "primary", text: t("app.close") }))),
  );
  document.body.append(dialog);
  dialog.showModal();
}
