/** Calls of the public API, signed like anybody's. */

import { ENDPOINT, PAGE } from "../base/place.js";
import { language } from "../base/words.js";
import { EVENTS, isStream, readEvents } from "./events.js";
import { ERASE, VENDOR } from "./schema.js";
import { currentKey, renewed } from "./session.js";
import { sign } from "./sign.js";

/** @typedef {{ service: string, version: string, action: string }} Called An action of a product. */
/** @typedef {(news: import("./events.js").News) => void} Told */

/** @param {string} action @returns {Called} Of our own product. */
const ours = (action) => ({ ...ERASE, action });
const CONTENT_TYPE = "application/json; charset=utf-8";

/** The service refused or failed. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} requestId
   */
  constructor(code, message, requestId) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.requestId = requestId;
  }
}

/** The service does not answer. */
export class GoneError extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super(String(cause), { cause });
    this.name = "GoneError";
  }
}

/** There is no key to sign with. */
export class NoKeyError extends Error {}

/**
 * @typedef {object} Exchange
 * @property {Record<string, string>} headers Those of the request.
 * @property {string} body Of the request.
 * @property {import("./sign.js").Signed} signed
 * @property {number} seconds
 * @property {Record<string, any>} response What the envelope holds.
 */

/**
 * Call an action and return everything about it, whether it succeeded or not.
 *
 * @param {Record<string, unknown>} parameters
 * @param {object} [how]
 * @param {Called} [how.called]
 * @param {string} [how.region]
 * @param {string} [how.language] Of messages, the page's unless told otherwise.
 * @param {import("./sign.js").Key} [how.key] The page's unless told otherwise.
 * @param {AbortSignal} [how.signal]
 * @param {Told} [how.told] Told how far it is, by actions that tell.
 * @returns {Promise<Exchange>}
 */
export async function exchange(parameters, { called = VENDOR, region = "ap-guangzhou", language: spoken, key, signal, told } = {}) {
  const caller = key ?? (await currentKey());
  if (!caller) throw new NoKeyError();
  const text = JSON.stringify(parameters);
  const body = new TextEncoder().encode(text);
  const timestamp = Math.floor(Date.now() / 1000);
  const signed = await sign(caller, { service: called.service, host: location.host, contentType: CONTENT_TYPE, body, timestamp });
  /** @type {Record<string, string>} */
  const headers = {
    "Content-Type": CONTENT_TYPE,
    Authorization: signed.authorization,
    "X-TC-Action": called.action,
    "X-TC-Version": called.version,
    "X-TC-Region": region,
    "X-TC-Timestamp": String(timestamp),
    "X-TC-Language": spoken ?? (language() === "zh" ? "zh-CN" : "en-US"),
  };
  if (caller.Token) headers["X-TC-Token"] = caller.Token;
  if (told) headers.Accept = `${EVENTS}, ${CONTENT_TYPE}`;
  const started = performance.now();
  let envelope;
  try {
    const answer = await fetch(ENDPOINT, { method: "POST", headers, body, signal, cache: "no-store" });
    envelope = told && isStream(answer) ? await readEvents(answer, told) : await answer.json();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new GoneError(error);
  }
  const seconds = (performance.now() - started) / 1000;
  return { headers, body: text, signed, seconds, response: envelope.Response };
}

/** @type {string | undefined} One that this service takes, where it does not take the usual one. */
let takenRegion;

/** What the service says of a key that it does not know, or not any more. */
const REFUSED = ["AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId", "AuthFailure.TokenFailure", "AuthFailure.SignatureFailure"];

/**
 * Call an action in a region that the service takes, with a key that it accepts: where it does not, or there is none, the
 * user signs in, and the same call goes on.
 *
 * @param {Record<string, unknown>} parameters
 * @param {Called} called
 * @param {Asking} [how]
 * @returns {Promise<Exchange>}
 */
async function exchangeAnywhere(parameters, called, { signal, told, quiet = false } = {}) {
  const signer = (await currentKey()) ?? ((await renewed(null, { quiet })) ? await currentKey() : null);
  if (!signer) throw new NoKeyError();
  signal?.throwIfAborted();
  const got = await inTakenRegion(parameters, { called, key: signer, signal, told });
  const { Code } = got.response.Error ?? {};
  if (REFUSED.includes(Code) && (await renewed(signer, { quiet }))) return exchangeAnywhere(parameters, called, { signal, told, quiet });
  return got;
}

/**
 * @param {Record<string, unknown>} parameters
 * @param {{ called: Called, key: import("./sign.js").Key, signal?: AbortSignal, told?: Told }} how
 */
async function inTakenRegion(parameters, how) {
  const first = await exchange(parameters, { ...how, region: takenRegion });
  if (first.response.Error?.Code !== "UnsupportedRegion") return first;
  const service = await fetch(new URL("service.json", PAGE));
  takenRegion = (await service.json()).regions[0];
  return exchange(parameters, { ...how, region: takenRegion });
}

/**
 * Try a key.
 *
 * @param {import("./sign.js").Key} key
 * @returns {Promise<string>} The code by which the service refuses it; empty where it does not.
 */
export async function tryKey(key) {
  const { response } = await inTakenRegion({ Limit: 1 }, { called: ours("DescribeCalls"), key });
  const code = response.Error?.Code ?? "";
  return code.startsWith("AuthFailure.") ? code : "";
}

/**
 * @typedef {object} Asking
 * @property {AbortSignal} [signal]
 * @property {Told} [told] Told how far it is, by actions that tell.
 * @property {boolean} [quiet] Whether the user is not to be asked for another key.
 */

/**
 * Call an action of our own product.
 *
 * @param {string} action
 * @param {Record<string, unknown>} [parameters]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, any>>} The members of its answer.
 */
export function ask(action, parameters = {}, signal) {
  return answer(action, parameters, { signal });
}

/**
 * Call an action that the user did not ask for: where the key is not accepted, the call fails and nobody is disturbed.
 *
 * @param {string} action
 * @param {Record<string, unknown>} parameters
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, any>>}
 */
export function askQuietly(action, parameters, signal) {
  return answer(action, parameters, { signal, quiet: true });
}

/**
 * @param {string} action
 * @param {Record<string, unknown>} parameters
 * @param {Asking} how
 */
async function answer(action, parameters, how) {
  const { response } = await exchangeAnywhere(parameters, ours(action), how);
  if (response.Error) throw new ApiError(response.Error.Code, response.Error.Message, response.RequestId);
  return response;
}

/** @typedef {{ X: number, Y: number, Width: number, Height: number }} Place Where a patch lies. */

/**
 * Erase what a mask shows white, what is found, or both.
 *
 * @param {object} given
 * @param {Blob} given.photo
 * @param {Blob | null} [given.mask]
 * @param {Blob | null} [given.keepOut] White where nothing may be copied from.
 * @param {readonly string[]} [given.find] What is to be found.
 * @param {readonly Record<string, number | string>[]} [given.rectangles] What is to be erased beside the mask, or without one.
 * @param {boolean} given.marked Whether the result gets the visible mark.
 * @param {Blob | null} [given.effects] White where what the object left may be treated, if not everywhere.
 * @param {boolean} [given.withEffects] Whether what the object left around the hole goes as well, shadow, reflection and rim.
 * @param {number} [given.seed] Another seed fills the hole differently.
 * @param {number} [given.candidates] How many results are wanted, each by the seed after the one before.
 * @param {boolean} [given.fitMask] Whether a mask of the same shape but another size is scaled.
 * @param {"auto" | "same"} [given.format] Whether the result has the photo's own format; otherwise a browser shows it.
 * @param {boolean} [given.patch] Whether only what has changed comes back.
 * @param {AbortSignal} [given.signal]
 * @param {Told} [given.told] Told how far it is.
 * @returns {Promise<{ image: Blob, place: Place, more: Blob[], places: Place[], found: [any, number][], remarks: string[], requestId: string, seconds: number }>}
 *   `more` are the further candidates, `place` and `places` where patches lie, `found` what was found and how often.
 */
export async function erase(given) {
  const { photo, mask = null, keepOut = null, effects = null, find = [], rectangles = [], marked, withEffects = false, seed = 0, candidates = 1, fitMask = false, format = "auto", signal } = given;
  const [InputImage, Mask, KeepOut, EffectsMask] = await Promise.all([photo, mask, keepOut, effects].map((file) => (file ? base64(file) : "")));
  const flags = { LogoAdd: marked ? 1 : 0, FitMask: fitMask ? 1 : 0, MarkLanguage: language(), ResultPart: given.patch ? "patch" : "whole" };
  const parameters = { InputImage, Mask, KeepOut, ...(EffectsMask && { EffectsMask }), Find: find, Rectangles: rectangles, Seed: seed, Candidates: candidates, ResultFormat: format, Effects: withEffects ? "full" : "exact", ...flags };
  const { response, seconds } = await exchangeAnywhere(parameters, ERASE, { signal, told: given.told });
  if (response.Error) throw new ApiError(response.Error.Code, response.Error.Message, response.RequestId);
  const more = response.Alternatives.map((/** @type {{ ResultImage: string }} */ { ResultImage }) => blob(ResultImage));
  const found = response.Found.map((/** @type {{ What: string, Count: number }} */ { What, Count }) => [What, Count]);
  const places = response.Alternatives.map((/** @type {{ Place: Place }} */ { Place }) => Place);
  return { image: blob(response.ResultImage), place: response.Place, more, places, found, remarks: response.Remarks, requestId: response.RequestId, seconds };
}

/**
 * @param {Blob} data
 * @returns {Promise<string>}
 */
export function base64(data) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(data);
  });
}

/** @type {Record<number, string | undefined>} Formats of results by their first byte. */
const FIRST_BYTES = { 255: "image/jpeg", 137: "image/png", 82: "image/webp", 73: "image/tiff", 77: "image/tiff" };

/**
 * @param {string} text Base64 of a picture.
 * @returns {Blob}
 */
export function blob(text) {
  const bytes = decoded(text);
  return new Blob([bytes], { type: FIRST_BYTES[bytes[0]] });
}

/** @param {string} text Base64. @returns {Uint8Array<ArrayBuffer>} */
function decoded(text) {
  const made = /** @type {{ fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }} */ (/** @type {unknown} */ (Uint8Array));
  // New in browsers, and many times as fast.
  if (made.fromBase64) return made.fromBase64(text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
