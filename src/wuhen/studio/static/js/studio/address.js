/** Opening a photo by its address: the service fetches it, because a page may not read what other sites have. */

import { ask, blob } from "../api/client.js";
import { largestFile } from "../api/limits.js";
import { VENDOR_LIMITS } from "../api/schema.js";
import { h } from "../base/dom.js";
import { megabytes } from "../base/files.js";
import { t } from "../base/words.js";
import { explain } from "./explaining.js";

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<File>}
 */
async function fetched(address, signal) {
  const name = nameIn(address);
  const { Image, MediaType } = await ask("FetchPicture", { InputUrl: address }, signal);
  return new File([blob(Image)], name, { type: MediaType });
}

/** @param {string} address */
function nameIn(address) {
  const last = new URL(address).pathname.split("/").pop() || "photo";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/**
 * Ask for an address, and fetch the photo there.
 *
 * @param {string} [given] The address, if it is known; it is fetched at once.
 * @returns {Promise<File | null>} Null if the user thought better of it.
 */
export function fetchPhoto(given) {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const input = h("input", { type: "text", inputmode: "url", name: "address", required: true, autocomplete: "off", spellcheck: "false", placeholder: "https://" });
    const told = h("p", { role: "alert", class: "muted" });
    const open = h("button", { class: "primary", text: t("open.fetch") });
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      open.disabled = true;
      told.textContent = t("open.fetching");
      try {
        const typed = input.value.trim();
        resolve(await fetched(/^[a-z]+:/i.test(typed) ? typed : `https://${typed}`, stop.signal));
        dialog.close();
      } catch (error) {
        told.textContent = error instanceof TypeError ? t("open.noAddress") : explain(error);
        open.disabled = false;
      }
    };
    const close = () => {
      stop.abort();
      resolve(null);
      dialog.remove();
    };
    const dialog = h(
      "dialog",
      { "aria-label": t("open.address"), onclose: close },
      h("h2", { text: t("open.address") }),
      h("p", { class: "muted", text: t("open.addressHint", { limit: megabytes(largestFile(VENDOR_LIMITS)) }) }),
      h(
        "form",
        { novalidate: true, onsubmit: submit },
        h("label", {}, h("span", { text: "URL" }), input),
        told,
        h("div", { class: "row" }, h("button", { type: "button", text: t("app.cancel"), onclick: () => dialog.close() }), open),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    if (given) {
      input.value = given;
      dialog.querySelector("form")?.requestSubmit();
    }
  });
}
