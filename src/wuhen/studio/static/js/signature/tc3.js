/** TC3-HMAC-SHA256 for any request, stage by stage, so that each stage can be shown and compared. Needs no browser. */

import { hex, hmac, sha256 } from "../api/sign.js";

export const ALGORITHM = "TC3-HMAC-SHA256";
export const UNSIGNED = "UNSIGNED-PAYLOAD";
const encoder = new TextEncoder();

/** @typedef {[name: string, value: string]} Header */

/**
 * @typedef {object} Signable What goes into a signature, as the client wrote it.
 * @property {string} method
 * @property {string} path
 * @property {string} query GET: the text after `?` as sent; POST: empty.
 * @property {Header[]} headers Names in lower case, values as they are signed, in the order to be written.
 * @property {string[]} names
 * @property {string} hashed Lower-case hex hash of the payload.
 * @property {string} timestamp
 * @property {string} date
 * @property {string} service
 */

/** @param {Pick<Signable, "method" | "path" | "query" | "headers" | "names" | "hashed">} given */
export function canonicalRequest({ method, path, query, headers, names, hashed }) {
  const block = headers.map(([name, value]) => `${name}:${value}\n`).join("");
  return [method, path, query, block, names.join(";"), hashed].join("\n");
}

/**
 * @param {string} date
 * @param {string} service
 */
export function scopeOf(date, service) {
  return `${date}/${service}/tc3_request`;
}

/**
 * @param {string} timestamp
 * @param {string} scope
 * @param {string} hashed Of the canonical request.
 */
export function stringToSign(timestamp, scope, hashed) {
  return [ALGORITHM, timestamp, scope, hashed].join("\n");
}

/**
 * @typedef {object} Keys The derived keys, from the widest to the narrowest.
 * @property {Uint8Array} date
 * @property {Uint8Array} service
 * @property {Uint8Array} signing
 */

/**
 * @param {string} secretKey
 * @param {string} date
 * @param {string} service
 * @returns {Promise<Keys>}
 */
export async function keyChain(secretKey, date, service) {
  const dated = await hmac(encoder.encode(`TC3${secretKey}`), date);
  const serviced = await hmac(dated, service);
  return { date: dated, service: serviced, signing: await hmac(serviced, "tc3_request") };
}

/**
 * Show that a key is there without showing it.
 *
 * @param {Uint8Array} key
 */
export function masked(key) {
  const text = hex(key);
  return `${text.slice(0, 2)}…${text.slice(-2)}`;
}

/** @param {number} timestamp */
export function utcDate(timestamp) {
  const date = new Date(timestamp * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10);
}

/**
 * @typedef {object} Authorization
 * @property {string} id
 * @property {string} date
 * @property {string} service
 * @property {string[]} names As listed.
 * @property {string} signature
 */

/**
 * Read an `Authorization` header.
 *
 * @param {string} value
 * @returns {Authorization | { wrong: "algorithm" | "fields" | "credential" }}
 */
export function parseAuthorization(value) {
  const [algorithm, ...rest] = value.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) return { wrong: "algorithm" };
  const pairs = rest.join(" ").split(",").map((piece) => piece.trim());
  /** @type {Record<string, string>} */
  const fields = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    fields[pair.slice(0, at)] = pair.slice(at + 1);
  }
  const { Credential, SignedHeaders, Signature } = fields;
  if (Credential === undefined || SignedHeaders === undefined || Signature === undefined) return { wrong: "fields" };
  const scope = /^([^/]+)\/(\d{4}-\d{2}-\d{2})\/([^/]+)\/tc3_request$/.exec(Credential);
  if (!scope) return { wrong: "credential" };
  return { id: scope[1], date: scope[2], service: scope[3], names: SignedHeaders.split(";"), signature: Signature };
}

/**
 * Return what a client should sign for a header: lower case and trimmed, but for the two that all official clients
 * sign as they send them.
 *
 * @param {string} name
 * @param {string} value
 */
export function signedValue(name, value) {
  const trimmed = value.trim();
  return name === "content-type" || name === "host" ? trimmed : trimmed.toLowerCase();
}

/** @param {Signable} given */
export async function stages(given) {
  const canonical = canonicalRequest(given);
  const scope = scopeOf(given.date, given.service);
  return { canonical, scope, toSign: stringToSign(given.timestamp, scope, await sha256(canonical)) };
}

/**
 * @param {Signable} given
 * @param {string} secretKey
 */
export async function signatureOf(given, secretKey) {
  const { toSign } = await stages(given);
  const keys = await keyChain(secretKey, given.date, given.service);
  return hex(await hmac(keys.signing, toSign));
}
