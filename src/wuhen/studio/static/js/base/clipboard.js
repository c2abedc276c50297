/** Copying. Over plain http on a network the browser lends pages no clipboard: text is copied in an older way then. */

import { h } from "./dom.js";

/** Whether pictures can be copied. */
export const copiesPictures = isSecureContext && "ClipboardItem" in globalThis;

/**
 * @param {string} text
 * @returns {Promise<void>} Fails where the browser does not let it.
 */
export async function copyText(text) {
  if (isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const focused = document.activeElement;
  const held = h("textarea", { value: text, class: "heard", readonly: true });
  // What is beside an open dialog cannot be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(held);
  held.select();
  const copied = document.execCommand("copy");
  held.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  if (!copied) throw new Error("not copied");
}

/** @param {Promise<Blob>} png */
export async function copyPicture(png) {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
}
