/** How clients come to sign something else than they send: each way as a change to what should have been signed. */

import { sha256 } from "../api/sign.js";
import { UNSIGNED } from "./tc3.js";

/** @typedef {import("./tc3.js").Signable} Signable */
/** @typedef {import("./paste.js").Pasted} Pasted */

/**
 * @typedef {object} Why A reason: the key of its words and what stands in them.
 * @property {string} key
 * @property {Record<string, string>} values
 */

/**
 * @typedef {Signable & { shape: "right" | "noBlankLine" | "crlf" | "newline"; keys: "right" | "noPrefix" | "hex" | "reversed"; secret: string }} Variant
 */

/** @typedef {"canonical" | "toSign" | "key"} StepId The step at which a variant first differs. */

/**
 * @typedef {object} Mutation
 * @property {StepId} step
 * @property {Why} why
 * @property {boolean} accepted Whether the service takes the signature all the same.
 * @property {(variant: Variant) => Variant} change
 */

/**
 * @param {string} key
 * @param {Record<string, string>} [values]
 * @returns {Why}
 */
export function why(key, values = {}) {
  return { key: `explorer.why.${key}`, values };
}

/**
 * @param {StepId} step
 * @param {Why} reason
 * @param {(variant: Variant) => Partial<Variant>} change
 * @param {boolean} [accepted]
 * @returns {Mutation}
 */
function mutation(step, reason, change, accepted = false) {
  return { step, why: reason, accepted, change: (variant) => ({ ...variant, ...change(variant) }) };
}

/**
 * @param {Variant} variant
 * @param {string} name
 * @param {string} value
 */
function withHeader(variant, name, value) {
  return { headers: variant.headers.map(([key, old]) => /** @type {[string, string]} */ ([key, key === name ? value : old])) };
}

/**
 * @param {Variant} variant
 * @param {string} name
 */
function header(variant, name) {
  return variant.headers.find(([key]) => key === name)?.[1] ?? "";
}

/**
 * Hosts that clients sign in place of the one that they send, and whether the service tolerates it.
 *
 * @param {string} sent
 * @param {string} service
 * @param {string} region
 */
export function hostNames(sent, service, region) {
  const bare = sent.replace(/^https?:\/\//, "");
  const name = bare.replace(/:\d+$/, "");
  const tolerated = [name, bare, `${name}:80`, `${name}:443`, `http://${bare}`, `https://${bare}`];
  const services = new Set(["aiart", "wuhen", service]);
  const clouds = [...services].flatMap((one) => [`${one}.`, `${one}.${region}.`, `${one}.intl.`]).map((start) => `${start}tencentcloudapi.com`);
  const others = [...clouds, "localhost", "127.0.0.1", ""];
  return [...new Set([...tolerated, ...others])]
    .filter((host) => host !== sent)
    .map((host) => ({ host, tolerated: tolerated.includes(host) }));
}

/**
 * @param {Variant} right
 * @param {string} region
 */
function hosts(right, region) {
  const sent = header(right, "host");
  return hostNames(sent, right.service, region).map(({ host, tolerated }) =>
    mutation("canonical", why("host", { signed: host, sent }), (v) => withHeader(v, "host", host), tolerated),
  );
}

const JSON_TYPES = ["application/json", "application/json; charset=utf-8", "application/json;charset=utf-8", "application/json; charset=UTF-8"];
const OTHER_TYPES = ["application/json;charset=UTF-8", "application/x-www-form-urlencoded", "text/plain", ""];

/** @param {Variant} right */
function contentTypes(right) {
  const sent = header(right, "content-type");
  const bare = sent.split(";")[0].trim();
  return [...new Set([...JSON_TYPES, ...OTHER_TYPES, bare])]
    .filter((type) => type !== sent)
    .map((type) => {
      const tolerated = type === bare && bare === "multipart/form-data";
      return mutation("canonical", why("contentType", { signed: type, sent }), (v) => withHeader(v, "content-type", type), tolerated);
    });
}

/**
 * Write JSON as Python does, with a space after each comma and colon.
 *
 * @param {unknown} value
 * @returns {string}
 */
function spaced(value) {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${spaced(inner)}`).join(", ")}}`;
}

/** @param {string} text */
function ascii(text) {
  return text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @param {string} body */
export function payloads(body) {
  /** @type {[string, () => string][]} */
  const made = [
    ["payloadEmpty", () => ""],
    ["payloadUnsigned", () => UNSIGNED],
    ["payloadBraces", () => "{}"],
    ["payloadNewline", () => `${body}\n`],
    ["payloadTrimmed", () => body.trim()],
    ["payloadCrlf", () => body.replace(/\r?\n/g, "\r\n")],
    ["payloadLf", () => body.replaceAll("\r\n", "\n")],
    ["payloadCompact", () => JSON.stringify(JSON.parse(body))],
    ["payloadSpaced", () => spaced(JSON.parse(body))],
    ["payloadIndented", () => JSON.stringify(JSON.parse(body), null, 2)],
    ["payloadIndented", () => JSON.stringify(JSON.parse(body), null, 4)],
    ["payloadEscaped", () => ascii(JSON.stringify(JSON.parse(body)))],
    ["payloadEscaped", () => ascii(spaced(JSON.parse(body)))],
    ["payloadSlashes", () => JSON.stringify(JSON.parse(body)).replaceAll("/", "\\/")],
    ["payloadTwice", () => JSON.stringify(body)],
  ];
  return made.flatMap(([key, make]) => {
    try {
      const text = make();
      return text === body ? [] : [{ why: why(key), text }];
    } catch {
      return [];
    }
  });
}

/**
 * @param {Variant} right
 * @param {string} body
 */
async function hashes(right, body) {
  const found = [mutation("canonical", why("hashCase"), (v) => ({ hashed: v.hashed.toUpperCase() }))];
  for (const { why: reason, text } of right.method === "GET" ? [] : payloads(body)) {
    const hashed = await sha256(text);
    found.push(mutation("canonical", reason, () => ({ hashed })));
  }
  return found;
}

/**
 * @param {Variant} right
 * @param {Pasted} request
 */
function texts(right, request) {
  const lower = (/** @type {string} */ name, /** @type {string} */ value) => /** @type {[string, string]} */ ([name, value.toLowerCase()]);
  const raw = (/** @type {string} */ name) => request.headers.find(([key]) => key.toLowerCase() === name)?.[1].trim() ?? "";
  const sorted = request.query.split("&").sort().join("&");
  return [
    mutation("canonical", why("valuesLower"), (v) => ({ headers: v.headers.map(([name, value]) => lower(name, value)) }), true),
    mutation("canonical", why("valuesRaw"), (v) => ({ headers: v.headers.map(([name]) => [name, raw(name)]) }), true),
    mutation("canonical", why("namesOrder"), (v) => ({ names: [...v.names].sort() }), true),
    mutation("canonical", why("namesListed"), (v) => ({ headers: v.names.map((name) => [name, header(v, name)]) }), true),
    mutation("canonical", why("noBlankLine"), () => ({ shape: "noBlankLine" })),
    mutation("canonical", why("lineEnds"), () => ({ shape: "crlf" })),
    mutation("canonical", why("lastNewline"), () => ({ shape: "newline" })),
    mutation("canonical", why("pathEmpty"), () => ({ path: "" })),
    mutation("canonical", why("methodCase"), (v) => ({ method: v.method.toLowerCase() })),
    mutation("canonical", why("methodOther", { signed: right.method === "GET" ? "POST" : "GET" }), (v) => ({ method: v.method === "GET" ? "POST" : "GET" })),
    mutation("canonical", why("querySorted"), () => ({ query: sorted })),
    mutation("canonical", why("queryDecoded"), () => ({ query: decoded(request.query) })),
    mutation("canonical", why(right.method === "GET" ? "queryEmpty" : "queryInPost"), (v) => ({ query: v.query ? "" : request.query })),
  ];
}

/** @param {string} query */
function decoded(query) {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return query;
  }
}

/** @param {Variant} right */
function scopes(right) {
  const seconds = Number(right.timestamp);
  const local = Number.isSafeInteger(seconds) ? new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10) : right.date;
  const label = header(right, "host").split(/[.:]/)[0];
  const services = ["aiart", "cvm", label, "tencentcloudapi", "tc3_request"].filter((service) => service && service !== right.service);
  return [
    mutation("toSign", why("dateLocal", { signed: local, sent: right.date }), () => ({ date: local })),
    mutation("toSign", why("dateCompact"), (v) => ({ date: v.date.replaceAll("-", "") })),
    mutation("toSign", why("milliseconds"), (v) => ({ timestamp: `${v.timestamp}000` })),
    ...services.map((service) => mutation("toSign", why("service", { signed: service, sent: right.service }), () => ({ service }))),
  ];
}

/**
 * @param {Variant} right
 * @param {string} secretId
 */
function secrets(right, secretId) {
  const trimmed = right.secret.trim();
  return [
    mutation("key", why("keyPrefix"), () => ({ keys: "noPrefix" })),
    mutation("key", why("keyHex"), () => ({ keys: "hex" })),
    mutation("key", why("keyReversed"), () => ({ keys: "reversed" })),
    mutation("key", why("keySpace"), () => ({ secret: trimmed })),
    mutation("key", why("keySpace"), () => ({ secret: `${trimmed}\n` })),
    mutation("key", why("keySpace"), () => ({ secret: `${trimmed} ` })),
    mutation("key", why("keyIsId"), () => ({ secret: secretId })),
  ];
}

/**
 * @param {Variant} right What should have been signed.
 * @param {Pasted} request
 * @param {{ secretId: string, region: string }} given
 * @returns {Promise<Mutation[]>}
 */
export async function mutations(right, request, { secretId, region }) {
  return [
    ...hosts(right, region),
    ...contentTypes(right),
    ...texts(right, request),
    ...(await hashes(right, request.body)),
    ...scopes(right),
    ...secrets(right, secretId),
  ];
}
