/** What is wrong with a request that signature v1 was made for: every step recomputed, and the first that differs. */

import { examineClock, headerOf, step } from "./examine.js";
import { guessV1, mutationsV1, rightV1, signatureOfV1 } from "./v1-variants.js";
import { ALGORITHMS, ascending, pairsOf, stringToSignV1 } from "./v1.js";
import { why } from "./variants.js";

/** @typedef {import("./examine.js").Step} Step */
/** @typedef {import("./paste.js").Pasted} Pasted */
/** @typedef {import("./v1.js").Pair} Pair */
/** @typedef {import("./variants.js").Why} Why */

const REQUIRED = ["Action", "Version", "Timestamp", "Nonce", "SecretId"];
const FORM = "application/x-www-form-urlencoded";
/** Bytes that a body may have. */
const LARGEST = 1024 * 1024;

/**
 * @param {object} evidence
 * @param {Pasted} evidence.request
 * @param {string} evidence.signed What their code said it signed; empty where unknown.
 * @param {string} evidence.secretKey Empty when it is not to be told.
 * @param {number} evidence.now Unix seconds.
 * @returns {Promise<Step[]>}
 */
export async function diagnoseV1({ request, signed, secretKey, now }) {
  const pairs = pairsOf(request);
  const value = (/** @type {string} */ name) => pairs.find(([given]) => given === name)?.[1];
  const algorithm = value("SignatureMethod") || ALGORITHMS[0];
  const given = { method: request.method, host: headerOf(request, "Host") ?? "", pairs: pairs.filter(([name]) => name !== "Signature"), algorithm };
  const right = rightV1(given, secretKey);
  /** @type {Step} */
  const toSign = { id: "toSign", state: "unknown", why: [], ours: stringToSignV1(given) };
  if (signed) {
    const reasons = compareV1(signed, toSign.ours ?? "");
    Object.assign(toSign, { state: reasons.length ? "bad" : "ok", why: reasons, theirs: signed });
  }
  /** @type {Step} */
  const key = { id: "key", state: "unknown", why: [] };
  /** @type {Step} */
  const signature = { id: "signature", state: "unknown", why: [], theirs: value("Signature")?.trim() };
  if (secretKey) await check(right, { toSign, key, signature }, { secretId: value("SecretId") ?? "", region: value("Region") ?? "ap-guangzhou" });
  else key.why = signature.why = [why("noSecret")];
  const clock = examineClock({ ...request, headers: [["X-TC-Timestamp", value("Timestamp") ?? ""]] }, now, "Timestamp");
  return [examine(request, value), clock, toSign, key, signature];
}

/**
 * @param {Pasted} request
 * @param {(name: string) => string | undefined} value
 * @returns {Step}
 */
function examine(request, value) {
  const bad = [];
  const notes = [why("v1")];
  const type = (headerOf(request, "Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (request.method !== "GET" && request.method !== "POST") bad.push(why("method", { method: request.method }));
  if (request.path !== "/") bad.push(why("path", { path: request.path }));
  if (!headerOf(request, "Host")) bad.push(why("missing", { name: "Host" }));
  if (request.method === "POST" && type !== FORM) bad.push(why("v1Type", { type }));
  for (const name of REQUIRED) if (!value(name)) bad.push(why("v1Missing", { name }));
  if (value("Nonce") && !/^\d+$/.test(value("Nonce") ?? "")) bad.push(why("v1Nonce"));
  const algorithm = value("SignatureMethod");
  if (algorithm && !ALGORITHMS.includes(algorithm)) bad.push(why("v1Method", { algorithm }));
  if (request.method === "POST" && new TextEncoder().encode(request.body).length > LARGEST) bad.push(why("v1Large"));
  if (!value("Region")) notes.push(why("v1Region"));
  return step("request", bad, notes);
}

/**
 * @param {import("./v1-variants.js").VariantV1} right
 * @param {{ toSign: Step, key: Step, signature: Step }} steps
 * @param {{ secretId: string, region: string }} known
 */
async function check(right, { toSign, key, signature }, { secretId, region }) {
  const sent = signature.theirs ?? "";
  signature.ours = await signatureOfV1(right);
  if (signature.ours === sent) {
    toSign.state = toSign.state === "bad" ? "bad" : "ok";
    key.state = signature.state = "ok";
    return;
  }
  signature.state = "bad";
  if (toSign.state === "bad") {
    const theirs = await signatureOfV1({ ...right, text: () => toSign.theirs ?? "" });
    key.state = theirs === sent ? "ok" : "unknown";
    signature.why = [why(theirs === sent ? "followsFromAbove" : "alsoKey")];
    return;
  }
  const ways = mutationsV1(right, secretId, region).filter(({ step: at }) => toSign.state === "unknown" || at !== "toSign");
  const found = await guessV1(right, ways, sent);
  if (!found) {
    if (toSign.state === "ok") Object.assign(key, { state: "bad", why: [why("keyOther")] });
    else signature.why = [why("unexplained")];
    return;
  }
  settle(found, { toSign, key, signature });
}

/**
 * @param {{ reasons: import("./v1-variants.js").MutationV1[], variant: import("./v1-variants.js").VariantV1 }} found
 * @param {{ toSign: Step, key: Step, signature: Step }} steps
 */
function settle({ reasons, variant }, steps) {
  for (const { step: at, why: reason, accepted } of reasons) {
    const one = steps[at];
    one.state = accepted && one.state !== "bad" ? "note" : "bad";
    one.why = [...one.why, reason, ...(accepted ? [why("accepted")] : [])];
    if (at === "toSign") one.theirs = variant.text(variant);
  }
  for (const one of [steps.toSign, steps.key]) if (one.state === "unknown") one.state = "ok";
  if (reasons.every(({ accepted }) => accepted)) Object.assign(steps.signature, { state: "note", why: [why("acceptedSignature")] });
  else if (!steps.signature.why.length) steps.signature.why = [why("followsFromAbove")];
}

/** @param {string} text A string to sign. */
function takeApart(text) {
  const [, method, host, path, query] = /^(GET|POST|get|post)?([^/?]*)(\/?\??)([\s\S]*)$/.exec(text) ?? [];
  // Names begin with a capital: another `&` is part of a value.
  const pairs = (query ?? "").split(/&(?=[A-Z][\w.]*(?:=|$))/).map((piece) => {
    const at = piece.indexOf("=");
    return /** @type {Pair} */ (at < 0 ? [piece, ""] : [piece.slice(0, at), piece.slice(at + 1)]);
  });
  return { method: method ?? "", host: host ?? "", path: path ?? "", pairs };
}

/**
 * Say what is wrong with a string to sign, from its beginning to its end.
 *
 * @param {string} theirs
 * @param {string} ours
 * @returns {Why[]}
 */
export function compareV1(theirs, ours) {
  if (theirs === ours) return [];
  const [given, right] = [takeApart(theirs), takeApart(ours)];
  const found = [];
  if (given.method !== right.method) found.push(given.method.toUpperCase() === right.method ? why("methodCase") : why("methodOther", { signed: given.method }));
  if (given.host !== right.host) found.push(why("host", { signed: given.host, sent: right.host }));
  if (given.path !== "/?") found.push(why("v1Path"));
  const signed = new Map(given.pairs);
  const sent = new Map(right.pairs);
  for (const [name, value] of sent) {
    const theirValue = signed.get(name);
    if (theirValue === undefined) found.push(why("v1LeftOut", { name }));
    else if (theirValue !== value) found.push(unescaped(theirValue) === value ? why("v1EncodedOne", { name }) : why("v1Differs", { name, signed: theirValue, sent: value }));
  }
  for (const name of signed.keys()) if (!sent.has(name)) found.push(name === "Signature" ? why("v1SignatureSigned") : why("v1Extra", { name }));
  const names = given.pairs.map(([name]) => name);
  if ([...names].sort(ascending).join() !== names.join()) found.push(why("v1Unsorted"));
  return found.length ? found : [why("textDiffers")];
}

/** @param {string} value */
function unescaped(value) {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}
