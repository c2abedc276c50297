/** What to do next: to erase, and then to download; how it is to be done, and whatever is done more rarely. */

import { h } from "../base/dom.js";
import { menu } from "../base/menu.js";
import { button, choiceOf } from "./buttons.js";

/** @typedef {import("./page.js").Studio} Studio */

/** @param {Studio} studio */
export function goalOf(studio) {
  const all = studio.commands;
  const variants = button(all.variants, { label: true });
  const download = button(all.download, { label: true });
  const other = button(all.export, { class: "roomy" });
  const erase = button(all.erase);
  const cancel = button(all.cancel, { class: "cancel" });
  const rare = [all.open, all.address, all.importMask, all.exportMask, all.export, all.copy, all.labels, all.recent].map((command) => button(command, { label: true, class: "plain" }));
  const more = menu("more.title", rare);
  const settings = h("div", { class: "settings" }, choiceOf(studio, "withEffects"), choiceOf(studio, "marked"));
  studio.addEventListener("change", () => {
    const painted = Boolean(studio.work?.shapes.length);
    const result = Boolean(studio.work?.result);
    const running = studio.running !== null;
    variants.hidden = !result || painted || running;
    for (const one of [download, other]) one.hidden = !result || running;
    // One thing at a time is what to do next.
    download.classList.toggle("primary", !painted);
    erase.classList.toggle("primary", painted || !result);
    erase.hidden = running || (result && !painted);
    cancel.hidden = !running;
    erase.disabled = !painted;
    for (const one of [rare[4], rare[5]]) one.disabled = !result;
  });
  return h("div", { class: "goal" }, settings, h("div", { class: "run" }, more.opener, more.panel, variants, other, download, erase, cancel));
}
