/** The dialog that lists what can be done by key. */

import { h } from "../base/dom.js";
import { keyNames } from "../base/key-names.js";
import { t } from "../base/words.js";

/** @typedef {import("./buttons.js").Command} Command */

/**
 * Show what can be done by key.
 *
 * @param {Command[]} commands
 */
export function showShortcuts(commands) {
  // The key may be pressed again while this comes.
  if (document.querySelector("dialog.shortcuts")) return;
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
