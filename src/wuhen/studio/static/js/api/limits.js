/** How large pictures may be in our own actions, as this service is set. */

import { OWN_LIMITS } from "./schema.js";

/** @typedef {{ side: number, pixels: number, base64: number }} Limits */

/** @type {Promise<Limits> | undefined} */
let asked;

/** @returns {Promise<Limits>} */
export function ownLimits() {
  asked ??= fetch(new URL("../../reference.json", import.meta.url))
    .then((answer) => answer.json())
    .then(({ limits }) => limits)
    .catch(() => OWN_LIMITS);
  return asked;
}

/**
 * @param {Limits} limits
 * @returns {number} The most bytes that a file may have.
 */
export function largestFile({ base64 }) {
  return (base64 * 3) / 4 - 3;
}
