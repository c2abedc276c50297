/** Getting photos into the page: picker, drop, paste, address. */

import { largestFile, ownLimits } from "../api/limits.js";
import { h } from "../base/dom.js";
import { megabytes, megapixels, stem } from "../base/files.js";
import { loaded } from "../base/loading.js";
import { t } from "../base/words.js";
import { LONGEST_SIDE, sendable } from "./picture.js";
import { takesText } from "./shortcuts.js";
import { readPhoto, Unusable } from "./showing.js";
import { ACCEPTED, isPicture, isTaken, typed } from "./types.js";

/**
 * Open a photo.
 *
 * @param {Blob} given
 * @param {string} name
 * @param {(say: () => string) => void} tell Told of what the user should know.
 * @returns {Promise<import("./work.js").Work>}
 */
export async function openPhoto(given, name, tell) {
  const file = typed(given, name);
  const picture = await readPhoto(file, name);
  const { width, height } = picture;
  const limits = await ownLimits();
  const most = largestFile(limits);
  if (Math.max(width, height) > LONGEST_SIDE) throw new Unusable("open.side", { name, width, height, limit: LONGEST_SIDE });
  if (width * height > limits.pixels) throw new Unusable("open.pixels", { name, width, height, ...megapixels(limits.pixels) });
  if (!isTaken(file)) tell(() => t("open.format", { name }));
  else if (file.size > most) tell(() => t("open.large", { name, size: megabytes(file.size), limit: megabytes(most) }));
  const [{ isTransparent, look }, { keepsNumbers }, { Work }] = await loaded(
    Promise.all([import("./crops/looking.js"), import("./crops/cutting.js"), import("./work.js")]),
  );
  const sent = await sendable(file, picture.bitmaps[0], most);
  const found = await look(sent, () => isTransparent(picture.bitmaps[0]));
  const whole = found.whole || !(await keepsNumbers(found).catch(() => false));
  return new Work(file, sent, name, picture, { ...found, whole });
}

/**
 * Let the user choose files.
 *
 * @param {{ multiple?: boolean, accept?: string }} [how]
 * @returns {Promise<File[]>}
 */
export function pick({ multiple = false, accept = ACCEPTED } = {}) {
  return new Promise((resolve) => {
    const input = h("input", { type: "file", accept, multiple, hidden: true, id: "picker" });
    document.getElementById("picker")?.remove();
    input.addEventListener("change", () => {
      resolve([...(input.files ?? [])]);
      input.remove();
    });
    input.addEventListener("cancel", () => {
      resolve([]);
      input.remove();
    });
    document.body.append(input);
    input.click();
  });
}

/**
 * Take pictures, and links to pictures, that are dropped on an element or pasted into the page.
 *
 * @param {HTMLElement} element
 * @param {(files: File[]) => void} given
 * @param {(address: string) => void} [linked]
 * @param {(files: File[]) => void} [refused] Told of files where none is a picture.
 */
export function receive(element, given, linked, refused) {
  const take = (/** @type {DataTransfer | null} */ data) => {
    const files = [...(data?.files ?? [])];
    const pictures = files.filter(isPicture);
    const address = linkIn(data);
    if (pictures.length) given(pictures);
    else if (files.length) refused?.(files);
    else if (address) linked?.(address);
  };
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("dropping");
    take(event.dataTransfer);
  });
  document.addEventListener("paste", (event) => {
    if (!takesText(event.target) && element.isConnected && !element.closest("[hidden]")) take(event.clipboardData);
  });
}

/**
 * @param {DataTransfer | null} data
 * @returns {string | undefined} The address, if that is all there is.
 */
function linkIn(data) {
  const lines = (data?.getData("text/uri-list") || data?.getData("text/plain") || "").split(/\r?\n/);
  const given = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  return given.length === 1 && /^https?:\/\/\S+$/i.test(given[0]) ? given[0] : undefined;
}

/** @type {Record<string, string | undefined>} */
const ENDINGS = { "image/jpeg": ".jpg", "image/webp": ".webp", "image/tiff": ".tif" };

/**
 * Name a result after its photo.
 *
 * @param {string} name
 * @param {Blob} result
 */
export function resultName(name, result) {
  return `${stem(name)}-wuhen${ENDINGS[result.type] ?? ".png"}`;
}
