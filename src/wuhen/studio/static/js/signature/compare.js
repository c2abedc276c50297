/** Comparing what somebody's code signed with what it should have signed, line by line. */

import { sha256 } from "../api/sign.js";
import { payloads, why } from "./variants.js";

/** @typedef {import("./variants.js").Why} Why */

/**
 * @param {string} text A canonical request.
 * @returns {{ method: string, path: string, query: string, headers: Map<string, string>, order: string, blank: boolean, names: string, hash: string }}
 */
function takeApart(text) {
  const all = text.split("\n");
  const [method = "", path = "", query = ""] = all;
  const [names = "", hash = ""] = all.slice(-2);
  const middle = all.slice(3, -2);
  const blank = middle.at(-1) === "";
  const pairs = middle.filter(Boolean).map((line) => /** @type {[string, string]} */ ([line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
  return { method, path, query, headers: new Map(pairs), order: pairs.map(([name]) => name).join(";"), blank, names, hash };
}

/**
 * Say what is wrong with a canonical request, in the order of its lines.
 *
 * @param {string} theirs
 * @param {string} ours
 * @param {string} body
 * @returns {Promise<Why[]>}
 */
export async function compareCanonical(theirs, ours, body) {
  if (theirs === ours) return [];
  const [given, right] = [takeApart(theirs), takeApart(ours)];
  const found = [];
  if (given.method !== right.method) found.push(why(given.method.toUpperCase() === right.method ? "methodCase" : "methodOther", { signed: given.method }));
  if (given.path !== right.path) found.push(given.path ? why("pathOther", { signed: given.path }) : why("pathEmpty"));
  if (given.query !== right.query) found.push(queryReason(given.query, right.query, right.method));
  found.push(...headerReasons(given.headers, right.headers));
  if (given.order !== right.order && sorted(given.order) === sorted(right.order)) found.push(why("headersUnsorted", { names: right.order }));
  if (!given.blank) found.push(why("noBlankLine"));
  if (given.names !== right.names) found.push(why("namesDiffer", { signed: given.names, right: right.names }));
  if (given.hash !== right.hash) found.push(await hashReason(given.hash, right.hash, body));
  return found.length ? found : [why("textDiffers")];
}

/** @param {string} names */
function sorted(names) {
  return names.split(";").sort().join(";");
}

/**
 * @param {string} theirs
 * @param {string} ours
 * @param {string} method
 */
function queryReason(theirs, ours, method) {
  if (method === "POST") return why("queryInPost");
  if (!theirs) return why("queryEmpty");
  return why(theirs.split("&").sort().join("&") === ours.split("&").sort().join("&") ? "querySorted" : "queryDiffers");
}

/**
 * @param {Map<string, string>} theirs
 * @param {Map<string, string>} ours
 */
function headerReasons(theirs, ours) {
  const found = [];
  for (const [name, right] of ours) {
    const signed = theirs.get(name);
    if (signed === right) continue;
    if (signed === undefined) {
      const cased = [...theirs.keys()].some((key) => key.toLowerCase() === name);
      found.push(why(cased ? "headerNameCase" : "headerMissing", { name }));
    } else if (signed.trim() === right) found.push(why("headerSpace", { name }));
    else if (signed.toLowerCase() === right.toLowerCase()) found.push(why("headerCase", { name, right }));
    else if (name === "host") found.push(why("host", { signed, sent: right }));
    else if (name === "content-type") found.push(why("contentType", { signed, sent: right }));
    else found.push(why("headerDiffers", { name, signed, sent: right }));
  }
  for (const name of theirs.keys()) if (!ours.has(name.toLowerCase())) found.push(why("headerExtra", { name }));
  return found;
}

/**
 * @param {string} theirs
 * @param {string} ours
 * @param {string} body
 */
async function hashReason(theirs, ours, body) {
  if (theirs.toLowerCase() === ours) return why("hashCase");
  if (theirs === "UNSIGNED-PAYLOAD") return why("payloadUnhashed");
  for (const { why: reason, text } of payloads(body)) if ((await sha256(text)) === theirs.toLowerCase()) return reason;
  return why("payloadOther");
}

/**
 * @param {string} theirs A string to sign.
 * @param {string} ours
 * @returns {Why[]} What is wrong with all but its last line.
 */
export function compareToSign(theirs, ours) {
  const [, timestamp, scope] = theirs.split("\n");
  const [, rightTimestamp, rightScope] = ours.split("\n");
  const found = [];
  if (timestamp !== rightTimestamp) found.push(why(timestamp === `${rightTimestamp}000` ? "milliseconds" : "timestampDiffers", { signed: timestamp, sent: rightTimestamp }));
  if (scope !== rightScope) {
    const [date, service, end] = scope.split("/");
    const [rightDate, rightService] = rightScope.split("/");
    if (date !== rightDate) found.push(why("scopeDate", { signed: date, right: rightDate }));
    if (service !== rightService) found.push(why("service", { signed: service ?? "", sent: rightService }));
    if (end !== "tc3_request") found.push(why("terminator"));
  }
  return found;
}

/**
 * @param {string} theirs A string to sign.
 * @param {string} canonical That was to be hashed into it.
 * @returns {Promise<Why | null>}
 */
export async function compareHash(theirs, canonical) {
  const hash = theirs.split("\n").at(-1) ?? "";
  const right = await sha256(canonical);
  if (hash === right) return null;
  if (hash.toLowerCase() === right) return why("hashCase");
  if (hash === (await sha256(`${canonical}\n`))) return why("lastNewline");
  if (hash === (await sha256(canonical.replaceAll("\n", "\r\n")))) return why("lineEnds");
  return why("hashOther");
}
