/** Which files are pictures that the API takes, told by their type or, where the browser knows none, their name. */

import { FORMATS, TYPES } from "../api/schema.js";

/** What file pickers offer: browsers leave out files whose names they do not know. */
export const ACCEPTED = ["image/*", ...Object.keys(TYPES).map((ending) => `.${ending}`)].join(",");

/** @type {Record<string, string | undefined>} */
const byEnding = TYPES;

/** @param {string} name */
function typeOfName(name) {
  return byEnding[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
}

/** @param {Blob} file Of a format that the API takes; a browser may know others. */
export function isTaken(file) {
  return FORMATS.includes(file.type);
}

/** @param {File} file */
export function isPicture(file) {
  return file.type.startsWith("image/") || typeOfName(file.name) !== undefined;
}

const RAW = /\.(3fr|arw|cr2|cr3|crw|dng|erf|fff|iiq|kdc|mef|mos|mrw|nef|nrw|orf|pef|raf|raw|rw2|rwl|sr2|srf|srw|x3f)$/i;
const VIDEO = /\.(3gp|avi|m4v|mkv|mov|mp4|mpe?g|mts|webm|wmv)$/i;
const VECTOR = /\.(ai|eps|svgz?)$/i;

/**
 * Say why a file cannot be opened that is no picture the page could work on.
 *
 * @param {{ name: string, type?: string }} file
 * @returns {string} A key of the page's words.
 */
export function refusalOf({ name, type = "" }) {
  if (type === "application/pdf" || /\.pdf$/i.test(name)) return "open.pdf";
  if (RAW.test(name)) return "open.raw";
  if (type.startsWith("video/") || VIDEO.test(name)) return "open.video";
  if (type === "image/svg+xml" || VECTOR.test(name)) return "open.vector";
  return "open.bad";
}

/**
 * Return a file with the type that its name says, where it has none that is known.
 *
 * @param {Blob} file
 * @param {string} name
 * @returns {Blob}
 */
export function typed(file, name) {
  const type = typeOfName(name);
  return isTaken(file) || !type ? file : file.slice(0, file.size, type);
}
