/** What can be said of a request without its key: its form, its clock, its Authorization, its payload. */

import { sha256 } from "../api/sign.js";
import { parseAuthorization, UNSIGNED, utcDate } from "./tc3.js";
import { why } from "./variants.js";

/** @typedef {import("./paste.js").Pasted} Pasted */
/** @typedef {import("./variants.js").Why} Why */

/**
 * @typedef {object} Step
 * @property {"request" | "clock" | "authorization" | "scope" | "payload" | "canonical" | "toSign" | "key" | "signature"} id
 * @property {"ok" | "note" | "bad" | "unknown"} state A note is taken here, but worth knowing.
 * @property {Why[]} why
 * @property {string} [ours] What is right.
 * @property {string} [theirs] What was signed or sent.
 */

/** Seconds by which a clock may differ, either way. */
const TOLERANCE = 300;
const TYPES = ["application/json", "multipart/form-data"];

/**
 * @param {Pasted} request
 * @param {string} name
 * @returns {string | undefined}
 */
export function headerOf(request, name) {
  return request.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1].trim();
}

/**
 * @param {Step["id"]} id
 * @param {Why[]} bad
 * @param {Why[]} notes
 * @returns {Step}
 */
export function step(id, bad, notes) {
  return { id, state: bad.length ? "bad" : notes.length ? "note" : "ok", why: [...bad, ...notes] };
}

/**
 * @param {Pasted} request
 * @returns {Step}
 */
export function examineForm(request) {
  const bad = [];
  const notes = [];
  const type = (headerOf(request, "Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (request.method !== "GET" && request.method !== "POST") bad.push(why("method", { method: request.method }));
  if (request.path !== "/") bad.push(why("path", { path: request.path }));
  for (const name of ["Host", "Content-Type", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp"]) {
    if (!headerOf(request, name)) bad.push(why("missing", { name }));
  }
  if (request.method === "POST" && type && !TYPES.includes(type)) bad.push(why("type", { type }));
  if (!headerOf(request, "X-TC-Region")) notes.push(why("region"));
  if (type === "application/json" && request.method === "POST" && request.body && !isJson(request.body)) notes.push(why("json"));
  return step("request", bad, notes);
}

/** @param {string} text */
function isJson(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/**
 * @param {Pasted} request
 * @param {number} now Unix seconds.
 * @param {string} [name] What the timestamp is called.
 * @returns {Step}
 */
export function examineClock(request, now, name = "X-TC-Timestamp") {
  const text = headerOf(request, "X-TC-Timestamp") ?? "";
  if (!/^\d+$/.test(text)) return step("clock", [why("timestamp", { name, timestamp: text })], []);
  if (text.length > 11) return step("clock", [why("timestampMilliseconds", { name, timestamp: text })], []);
  const answered = Date.parse(request.answered) / 1000;
  const skew = Math.round(Number(text) - (Number.isNaN(answered) ? now : answered));
  const values = { seconds: String(Math.abs(skew)), sent: new Date(Number(text) * 1000).toISOString() };
  if (Math.abs(skew) <= TOLERANCE) return step("clock", [], []);
  if (!Number.isNaN(answered)) return step("clock", [why(skew > 0 ? "clockAhead" : "clockBehind", values)], []);
  return step("clock", [], [why(skew > 0 ? "clockFuture" : "clockOld", values)]);
}

/**
 * @param {Pasted} request
 * @returns {{ steps: Step[], authorization: import("./tc3.js").Authorization | null }}
 */
export function examineAuthorization(request) {
  const value = headerOf(request, "Authorization");
  if (!value) return { steps: [step("authorization", [why("noAuthorization")], [])], authorization: null };
  const parsed = parseAuthorization(value);
  if ("wrong" in parsed) return { steps: [step("authorization", [why(`authorization.${parsed.wrong}`)], [])], authorization: null };
  const lower = parsed.names.map((name) => name.toLowerCase());
  const bad = [];
  const notes = [];
  for (const name of ["content-type", "host"]) if (!lower.includes(name)) bad.push(why("notSigned", { name }));
  for (const name of lower) if (headerOf(request, name) === undefined) bad.push(why("signedAbsent", { name }));
  if (lower.join() !== parsed.names.join()) notes.push(why("namesCase", { names: parsed.names.join(";") }));
  if ([...lower].sort().join() !== lower.join()) notes.push(why("namesUnsorted", { names: [...lower].sort().join(";") }));
  if (/^[0-9A-F]{64}$/.test(parsed.signature) && /[A-F]/.test(parsed.signature)) bad.push(why("signatureCase"));
  else if (!/^[0-9a-f]{64}$/i.test(parsed.signature)) bad.push(why("signatureForm"));
  return { steps: [step("authorization", bad, notes), examineScope(request, parsed)], authorization: { ...parsed, names: lower } };
}

/**
 * @param {Pasted} request
 * @param {import("./tc3.js").Authorization} authorization
 * @returns {Step}
 */
function examineScope(request, authorization) {
  const timestamp = Number(headerOf(request, "X-TC-Timestamp"));
  const date = utcDate(timestamp);
  const { service } = authorization;
  const notes = ["aiart", "wuhen"].includes(service) ? [] : [why("serviceOther", { service })];
  if (!date || date === authorization.date) return step("scope", [], notes);
  const local = utcDate(timestamp + 8 * 3600) === authorization.date;
  const reason = why(local ? "scopeLocal" : "scopeDate", { signed: authorization.date, right: date });
  return { ...step("scope", [reason], notes), ours: date, theirs: authorization.date };
}

/**
 * @param {Pasted} request
 * @returns {Promise<{ step: Step, hashed: string }>}
 */
export async function examinePayload(request) {
  const declared = headerOf(request, "X-TC-Content-SHA256");
  const actual = await sha256(request.method === "GET" ? "" : request.body);
  if (declared === UNSIGNED) return { step: step("payload", [], [why("unsigned")]), hashed: await sha256(UNSIGNED) };
  if (declared && declared.toLowerCase() !== actual) {
    return { step: { ...step("payload", [why("declaredHash")], []), ours: actual, theirs: declared }, hashed: actual };
  }
  const length = headerOf(request, "Content-Length");
  const bytes = String(new TextEncoder().encode(request.body).length);
  const notes = [];
  if (request.method === "POST" && !request.body) notes.push(why("noBody"));
  else if (request.method === "POST" && length && length !== bytes) notes.push(why("bodyLength", { length, bytes }));
  return { step: { ...step("payload", [], notes), ours: actual }, hashed: actual };
}
