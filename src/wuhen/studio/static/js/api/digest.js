/** Hashes and HMACs: the browser's, and where it has none for this page, over plain http, our own. */

import { Tasks } from "../base/tasks.js";

/** @typedef {import("./sha.js").Hash} Hash */

/** Not there unless the page came over https or from this machine. */
const subtle = /** @type {SubtleCrypto | undefined} */ (globalThis.crypto.subtle);
/** Bytes from which on hashing would hold up the page. */
const LARGE = 1 << 20;
/** @type {Tasks | null} */
let worker = null;

const ours = () => import("./sha.js");

/**
 * @param {Uint8Array} bytes
 * @param {Hash} hash
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function digest(bytes, hash) {
  if (subtle) return new Uint8Array(await subtle.digest(hash, /** @type {BufferSource} */ (bytes)));
  if (bytes.length < LARGE) return (await ours()).digest(bytes, hash);
  worker ??= new Tasks(new URL("./sha-worker.js", import.meta.url));
  return (await worker.ask({ bytes, hash })).digested;
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} bytes
 * @param {Hash} hash
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function hmac(key, bytes, hash) {
  if (!subtle) return (await ours()).hmac(key, bytes, hash);
  const usable = await subtle.importKey("raw", /** @type {BufferSource} */ (key), { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", usable, /** @type {BufferSource} */ (bytes)));
}
