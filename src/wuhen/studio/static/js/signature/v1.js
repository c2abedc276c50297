/** Signature v1 (HmacSHA1 and HmacSHA256), so that each of its stages can be shown and compared. Needs no browser. */

import { hmac } from "../api/digest.js";

/** @typedef {import("./paste.js").Pasted} Pasted */
/** @typedef {[name: string, value: string]} Pair */

/**
 * @typedef {object} SignableV1
 * @property {string} method
 * @property {string} host
 * @property {Pair[]} pairs All parameters but the signature, decoded, in the order in which they were sent.
 * @property {string} algorithm
 */

export const ALGORITHMS = ["HmacSHA1", "HmacSHA256"];
const encoder = new TextEncoder();

/** @param {string} text Of a query or a form. */
function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * @param {Pasted} request
 * @returns {Pair[]} What its query or its body says.
 */
export function pairsOf(request) {
  const form = request.method === "GET" ? request.query : request.body.trim();
  return form.split("&").filter(Boolean).map((piece) => {
    const at = piece.indexOf("=");
    return at < 0 ? [decoded(piece), ""] : [decoded(piece.slice(0, at)), decoded(piece.slice(at + 1))];
  });
}

/**
 * @param {Pasted} request
 * @returns {boolean} Whether it is signed with signature v1.
 */
export function isV1(request) {
  return !request.headers.some(([name]) => name.toLowerCase() === "authorization") && pairsOf(request).some(([name]) => name === "Signature");
}

/**
 * @param {string} one
 * @param {string} other
 */
export function ascending(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** @param {SignableV1} given */
export function stringToSignV1({ method, host, pairs }) {
  const sorted = [...pairs].sort(([one, first], [other, second]) => ascending(one, other) || ascending(first, second));
  return `${method}${host}/?${sorted.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/**
 * @param {string} secretKey
 * @param {string} text
 * @param {string} algorithm
 * @returns {Promise<Uint8Array>}
 */
export function macV1(secretKey, text, algorithm) {
  return hmac(encoder.encode(secretKey), encoder.encode(text), algorithm === "HmacSHA256" ? "SHA-256" : "SHA-1");
}

/** @param {Uint8Array} bytes */
export function base64Of(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * Find in a log the string that code signed with signature v1.
 *
 * @param {string} text
 * @returns {string} Empty where there is none.
 */
export function parseSignedV1(text) {
  return /^[ \t]*((?:GET|POST)[^\s?]*\?\S*=.*)$/im.exec(text)?.[1].trimEnd() ?? "";
}
