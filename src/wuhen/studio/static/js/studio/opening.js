/** Getting photos into the page: picker, drop, paste, address, sample. */

import { h } from "../base/dom.js";
import { t } from "../base/words.js";
import { isTaken, LARGEST_FILE, Picture, SIDE_LIMIT, sendable } from "./picture.js";
import { Work } from "./work.js";

/** A file cannot be worked on; the message says why, in the page's language. */
export class Unusable extends Error {}

/**
 * Open a photo.
 *
 * @param {Blob} file
 * @param {string} name
 * @param {(text: string) => void} tell Told of what the user should know.
 * @returns {Promise<Work>}
 */
export async function openPhoto(file, name, tell) {
  let picture;
  try {
    picture = await Picture.read(file);
  } catch {
    throw new Unusable(t("open.bad", { name }));
  }
  const { width, height } = picture;
  if (Math.max(width, height) >= SIDE_LIMIT) throw new Unusable(t("open.side", { name, width, height }));
  if (!isTaken(file)) tell(t("open.format", { name }));
  else if (file.size > LARGEST_FILE) tell(t("open.large", { name, size: `${(file.size / 2 ** 20).toFixed(1)} MB` }));
  return new Work(file, await sendable(file, picture.levels[0]), name, picture);
}

/**
 * Let the user choose files.
 *
 * @param {{ multiple?: boolean, accept?: string }} [how]
 * @returns {Promise<File[]>}
 */
export function pick({ multiple = false, accept = "image/*" } = {}) {
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
 * Take pictures that are dropped on an element or pasted into the page.
 *
 * @param {HTMLElement} element
 * @param {(files: File[]) => void} given
 */
export function receive(element, given) {
  const pictures = (/** @type {DataTransfer | null} */ data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("dropping");
    const files = pictures(event.dataTransfer);
    if (files.length) given(files);
  });
  document.addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData);
    if (files.length && element.isConnected && !element.closest("[hidden]")) given(files);
  });
}

/** @returns {Promise<File>} The photo that comes with the package. */
export async function sample() {
  const answer = await fetch("sample.jpg");
  return new File([await answer.blob()], "spruce.jpg", { type: "image/jpeg" });
}

/**
 * Name a result after its photo.
 *
 * @param {string} name
 * @param {Blob} result
 */
export function resultName(name, result) {
  return `${name.replace(/\.[^.]*$/, "")}-wuhen${result.type === "image/jpeg" ? ".jpg" : ".png"}`;
}
