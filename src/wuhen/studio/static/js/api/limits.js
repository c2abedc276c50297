/** What this service is set to, as far as the page has to know. */

import { PAGE } from "../base/place.js";
import { OWN_LIMITS } from "./schema.js";

/** @typedef {{ side: number, pixels: number, base64: number }} Limits */

/** @type {Promise<Record<string, any>> | undefined} */
let asked;

/** @returns {Promise<Record<string, any>>} Nothing where the service does not say. */
function facts() {
  asked ??= fetch(new URL("service.json", PAGE))
    .then((answer) => answer.json())
    .catch(() => ({}));
  return asked;
}

/** @returns {Promise<Limits>} How large pictures may be in our own actions. */
export async function ownLimits() {
  return (await facts()).limits ?? OWN_LIMITS;
}

/** @returns {Promise<string[]>} What the service can find in a photo. */
export async function serviceFinds() {
  return (await facts()).finds ?? [];
}

/**
 * @param {Limits} limits
 * @returns {number} The most bytes that a file may have.
 */
export function largestFile({ base64 }) {
  return (base64 * 3) / 4 - 3;
}
