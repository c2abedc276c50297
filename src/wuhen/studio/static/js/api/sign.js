/** Signature TC3-HMAC-SHA256, as every client of the service makes it. After "Signature Method v3", API 3.0. */

import { digest, hmac as keyed } from "./digest.js";

/**
 * @typedef {object} Key
 * @property {string} SecretId
 * @property {string} SecretKey
 * @property {string} [Token]
 */

/**
 * @typedef {object} Signed A signature and the texts that it was made of, in the order in which they were made.
 * @property {string} canonicalRequest
 * @property {string} stringToSign
 * @property {string} signature
 * @property {string} authorization
 */

const ALGORITHM = "TC3-HMAC-SHA256";
const encoder = new TextEncoder();

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array | string} data */
export async function sha256(data) {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  return hex(await digest(bytes, "SHA-256"));
}

/**
 * @param {Uint8Array} key
 * @param {string} text
 */
export function hmac(key, text) {
  return keyed(key, encoder.encode(text), "SHA-256");
}

/**
 * Sign a POST of JSON.
 *
 * @param {Key} key
 * @param {object} request
 * @param {string} request.service
 * @param {string} request.host
 * @param {string} request.contentType
 * @param {Uint8Array} request.body
 * @param {number} request.timestamp Unix time in seconds.
 * @returns {Promise<Signed>}
 */
export async function sign(key, { service, host, contentType, body, timestamp }) {
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const headers = `content-type:${contentType}\nhost:${host}\n`;
  const canonicalRequest = ["POST", "/", "", headers, "content-type;host", await sha256(body)].join("\n");
  const scope = `${date}/${service}/tc3_request`;
  const stringToSign = [ALGORITHM, timestamp, scope, await sha256(canonicalRequest)].join("\n");
  const dated = await hmac(encoder.encode(`TC3${key.SecretKey}`), date);
  const signature = hex(await hmac(await hmac(await hmac(dated, service), "tc3_request"), stringToSign));
  const authorization = `${ALGORITHM} Credential=${key.SecretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
  return { canonicalRequest, stringToSign, signature, authorization };
}
