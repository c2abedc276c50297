/** What is wrong with a signed request: every step recomputed, and the first that differs. Needs no browser. */

import { hex, hmac, sha256 } from "../api/sign.js";
import { compareCanonical, compareHash, compareToSign } from "./compare.js";
import { examineAuthorization, examineClock, examineForm, examinePayload, headerOf } from "./examine.js";
import { canonicalOf, guess, Target } from "./guess.js";
import { keyChain, masked, scopeOf, signedValue, stringToSign } from "./tc3.js";
import { diagnoseV1 } from "./v1-check.js";
import { isV1 } from "./v1.js";
import { mutations, why } from "./variants.js";

/** @typedef {import("./examine.js").Step} Step */
/** @typedef {import("./paste.js").Pasted} Pasted */
/** @typedef {import("./tc3.js").Authorization} Authorization */
/** @typedef {import("./variants.js").Variant} Variant */

/**
 * @typedef {object} Evidence
 * @property {Pasted | null} request
 * @property {{ canonical: string, toSign: string, v1: string }} signed What their code said it signed; empty where unknown.
 * @property {string} secretKey Empty when it is not to be told.
 * @property {number} now Unix seconds.
 */

/**
 * @param {Evidence} evidence
 * @returns {Promise<Step[]>}
 */
export async function diagnose({ request, signed, secretKey, now }) {
  if (!request) return diagnoseSigned(signed, secretKey);
  if (isV1(request)) return diagnoseV1({ request, signed: signed.v1, secretKey, now });
  const { steps, authorization } = examineAuthorization(request);
  const payload = await examinePayload(request);
  const early = [examineForm(request), examineClock(request, now), ...steps, payload.step];
  if (!authorization) return early;
  const right = rightVariant(request, authorization, payload.hashed, secretKey);
  const region = headerOf(request, "X-TC-Region") ?? "ap-guangzhou";
  return [...early, ...(await signatureSteps({ request, signed, right, authorization, region }))];
}

/**
 * @param {Pasted} request
 * @param {Authorization} authorization
 * @param {string} hashed
 * @param {string} secret
 * @returns {Variant}
 */
function rightVariant(request, authorization, hashed, secret) {
  const names = [...authorization.names].sort();
  return {
    method: request.method,
    path: "/",
    query: request.method === "GET" ? request.query : "",
    headers: names.map((name) => [name, signedValue(name, headerOf(request, name) ?? "")]),
    names: authorization.names,
    hashed,
    timestamp: headerOf(request, "X-TC-Timestamp") ?? "",
    date: authorization.date,
    service: authorization.service,
    shape: "right",
    keys: "right",
    secret,
  };
}

/**
 * @typedef {object} Case
 * @property {Pasted} request
 * @property {Evidence["signed"]} signed
 * @property {Variant} right
 * @property {Authorization} authorization
 * @property {string} region
 */

/**
 * @param {Case} given
 * @returns {Promise<Step[]>}
 */
async function signatureSteps(given) {
  const { request, signed, right } = given;
  const ours = canonicalOf({ ...right, names: [...right.names].sort() });
  /** @type {Step} */
  const canonical = { id: "canonical", state: "unknown", why: [], ours };
  const toSignText = stringToSign(right.timestamp, scopeOf(right.date, right.service), await sha256(ours));
  /** @type {Step} */
  const toSign = { id: "toSign", state: "unknown", why: [], ours: toSignText };
  if (signed.canonical) {
    const reasons = await compareCanonical(signed.canonical, ours, request.body);
    Object.assign(canonical, { state: reasons.length ? "bad" : "ok", why: reasons, theirs: signed.canonical });
  }
  if (signed.toSign) {
    const reasons = compareToSign(signed.toSign, toSignText);
    const hash = await compareHash(signed.toSign, signed.canonical || ours);
    // Without their canonical request another hash says that it differed, not how it was hashed.
    if (hash && (signed.canonical || hash.key !== why("hashOther").key)) reasons.push(hash);
    Object.assign(toSign, { state: reasons.length ? "bad" : hash ? "unknown" : "ok", why: reasons, theirs: signed.toSign });
    if (!signed.canonical && !hash) canonical.state = "ok";
  }
  return finish(given, canonical, toSign);
}

/**
 * @param {Case} given
 * @param {Step} canonical
 * @param {Step} toSign
 * @returns {Promise<Step[]>}
 */
async function finish(given, canonical, toSign) {
  const { right, authorization, signed } = given;
  const sent = authorization.signature;
  /** @type {Step} */
  const key = { id: "key", state: "unknown", why: [] };
  /** @type {Step} */
  const signature = { id: "signature", state: "unknown", why: [], theirs: sent };
  const steps = [canonical, toSign, key, signature];
  if (right.secret) {
    const keys = await keyChain(right.secret, right.date, right.service);
    key.ours = keyText(keys);
    signature.ours = hex(await hmac(keys.signing, toSign.ours ?? ""));
    if (signature.ours === sent.toLowerCase()) {
      const state = signature.ours === sent ? "ok" : "bad";
      for (const step of [canonical, toSign, key]) if (step.state === "unknown") step.state = "ok";
      signature.state = state;
      if (state === "bad") signature.why = [why("signatureCase")];
      return steps;
    }
    signature.state = "bad";
  } else signature.why = key.why = [why("noSecret")];
  const settled = canonical.state === "bad" || toSign.state === "bad";
  if (!settled) await explain(given, steps);
  else if (right.secret) await sameKey(signed.toSign, sent, right, key, signature);
  return steps;
}

/** @param {import("./tc3.js").Keys} keys */
function keyText(keys) {
  return `kDate    ${masked(keys.date)}\nkService ${masked(keys.service)}\nkSigning ${masked(keys.signing)}`;
}

/**
 * Say whether the key made their signature of their own string to sign, so that the rest is not to blame.
 *
 * @param {string} theirs
 * @param {string} sent
 * @param {Variant} right
 * @param {Step} key
 * @param {Step} signature
 */
async function sameKey(theirs, sent, right, key, signature) {
  if (!theirs) return;
  const [date = "", service = ""] = (theirs.split("\n")[2] ?? "").split("/");
  const { signing } = await keyChain(right.secret, date, service);
  const same = hex(await hmac(signing, theirs)) === sent.toLowerCase();
  key.state = same ? "ok" : "unknown";
  signature.why = [why(same ? "followsFromAbove" : "alsoKey")];
}

/**
 * Look for what was signed, and lay the reasons at the steps where they belong.
 *
 * @param {Case} given
 * @param {Step[]} steps
 */
async function explain({ request, signed, right, authorization, region }, steps) {
  const [canonical, toSign, key, signature] = steps;
  const hash = signed.toSign ? (signed.toSign.split("\n").at(-1) ?? "") : "";
  const textKnown = canonical.state === "ok" && toSign.state === "ok";
  if (!right.secret && (!hash || textKnown)) return;
  const ways = (await mutations(right, request, { secretId: authorization.id, region })).filter(({ step }) => (textKnown ? step === "key" : !hash || step === "canonical"));
  const found = await guess(right, ways, new Target({ hash: textKnown ? "" : hash, signature: authorization.signature }));
  if (!found) {
    if (textKnown) {
      key.state = "bad";
      key.why = [why("keyOther")];
    } else signature.why = [why("unexplained")];
    return;
  }
  for (const { step, why: reason, accepted } of found.reasons) {
    const at = steps.find(({ id }) => id === step);
    if (!at) continue;
    at.state = accepted && at.state !== "bad" ? "note" : "bad";
    at.why = [...at.why, reason, ...(accepted ? [why("accepted")] : [])];
  }
  canonical.theirs = canonicalOf(found.variant);
  settle(found, { canonical, toSign, key, signature });
}

/**
 * @param {{ reasons: import("./variants.js").Mutation[] }} found
 * @param {Record<"canonical" | "toSign" | "key" | "signature", Step>} steps
 */
function settle({ reasons }, { canonical, toSign, key, signature }) {
  for (const step of [canonical, toSign, key]) if (step.state === "unknown" && signature.ours) step.state = "ok";
  if (!signature.ours) return;
  if (reasons.every(({ accepted }) => accepted)) Object.assign(signature, { state: "note", why: [why("acceptedSignature")] });
  else signature.why = [why("followsFromAbove")];
}

/**
 * Check what was signed against itself, where there is no request to check it against.
 *
 * @param {Evidence["signed"]} signed
 * @param {string} secretKey
 * @returns {Promise<Step[]>}
 */
async function diagnoseSigned({ canonical, toSign }, secretKey) {
  /** @type {Step[]} */
  const steps = [];
  if (canonical) steps.push(examineCanonical(canonical));
  if (!toSign) return steps;
  const hash = canonical ? await compareHash(toSign, canonical) : null;
  steps.push({ id: "toSign", state: hash ? "bad" : "ok", why: hash ? [hash] : [], theirs: toSign });
  const [date = "", service = ""] = (toSign.split("\n")[2] ?? "").split("/");
  if (!secretKey) return [...steps, { id: "signature", state: "unknown", why: [why("noSecret")] }];
  const keys = await keyChain(secretKey, date, service);
  return [
    ...steps,
    { id: "key", state: "ok", why: [], ours: keyText(keys) },
    { id: "signature", state: "ok", why: [why("compareYourself")], ours: hex(await hmac(keys.signing, toSign)) },
  ];
}

/**
 * @param {string} text
 * @returns {Step}
 */
function examineCanonical(text) {
  const all = text.split("\n");
  const found = [];
  if (all[0] !== all[0].toUpperCase()) found.push(why("methodCase"));
  if (all[1] !== "/") found.push(all[1] ? why("pathOther", { signed: all[1] }) : why("pathEmpty"));
  if (all[0] === "POST" && all[2]) found.push(why("queryInPost"));
  if (all.at(-3) !== "") found.push(why("noBlankLine"));
  if (/[A-F]/.test(all.at(-1) ?? "")) found.push(why("hashCase"));
  const names = all.slice(3, -3).map((line) => line.slice(0, line.indexOf(":")));
  for (const name of names) if (name !== name.toLowerCase()) found.push(why("headerNameCase", { name: name.toLowerCase() }));
  return { id: "canonical", state: found.length ? "bad" : "ok", why: found, theirs: text };
}
