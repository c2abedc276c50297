/** What the user hands over: files with the folders in which they lay. */

import { h } from "../base/dom.js";
import { isPicture } from "../studio/types.js";

/**
 * @typedef {object} Given
 * @property {File} file
 * @property {string} path Folders and name, with `/` between them; a name alone where there is no folder.
 */

/**
 * @typedef {object} Sorted
 * @property {Given[]} pictures
 * @property {string[]} others The names of files that are no pictures.
 */

/** What systems leave in every folder, which nobody means to hand over. */
const LEFTOVERS = /^(\.|thumbs\.db$|desktop\.ini$)/i;

/**
 * @param {Given[]} given
 * @returns {Sorted}
 */
export function sorted(given) {
  const meant = given.filter(({ file }) => !LEFTOVERS.test(file.name));
  return {
    pictures: meant.filter(({ file }) => isPicture(file)),
    others: meant.filter(({ file }) => !isPicture(file)).map(({ file }) => file.name),
  };
}

/**
 * @param {Iterable<File>} files As pickers have them; those of folders say where they lay.
 * @returns {Given[]}
 */
export function withPaths(files) {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

/** Let the user choose a folder, with all that is in it. @returns {Promise<Given[]>} */
export function pickFolder() {
  return new Promise((resolve) => {
    const input = h("input", { type: "file", webkitdirectory: true, hidden: true });
    const end = () => {
      resolve(withPaths(input.files ?? []));
      input.remove();
    };
    input.addEventListener("change", end);
    input.addEventListener("cancel", end);
    document.body.append(input);
    input.click();
  });
}

/**
 * Take what is dropped on an element, or pasted while it is shown.
 *
 * @param {HTMLElement} element
 * @param {(given: Given[]) => void} take
 */
export function takeFrom(element, take) {
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && element.contains(relatedTarget))) element.classList.remove("dropping");
  });
  element.addEventListener("drop", async (event) => {
    event.preventDefault();
    element.classList.remove("dropping");
    if (event.dataTransfer) take(await dropped(event.dataTransfer));
  });
  document.addEventListener("paste", ({ target, clipboardData }) => {
    const typing = target instanceof HTMLElement && target.closest("input:not([type=checkbox], [type=range]), textarea");
    if (typing || !element.isConnected || element.closest("[hidden]") || document.querySelector("dialog[open]")) return;
    if (clipboardData?.files.length) take(withPaths(clipboardData.files));
  });
}

/**
 * Read what was dropped, with all that is in folders. The entries have to be asked for at once: after the event they
 * are gone.
 *
 * @param {DataTransfer} data
 * @returns {Promise<Given[]>}
 */
export async function dropped(data) {
  const entries = [...data.items].filter(({ kind }) => kind === "file").map((item) => item.webkitGetAsEntry());
  const known = entries.filter((entry) => entry !== null);
  if (known.length < entries.length) return withPaths(data.files);
  return (await Promise.all(known.map((entry) => within(entry, "")))).flat();
}

/**
 * @param {FileSystemEntry} entry
 * @param {string} folder Where it lies, empty or ending in `/`.
 * @returns {Promise<Given[]>} Itself, or everything in it.
 */
async function within(entry, folder) {
  const path = folder + entry.name;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [{ file, path }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const all = [];
  // A hundred at a time.
  for (let some = await more(reader); some.length; some = await more(reader)) all.push(...some);
  all.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  const found = [];
  for (const each of all) found.push(...(await within(each, `${path}/`)));
  return found;
}

/** @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
function more(reader) {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
