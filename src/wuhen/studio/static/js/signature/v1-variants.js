/** How clients come to sign something else with signature v1 than they send. */

import { hex } from "../api/sign.js";
import { hostNames, why } from "./variants.js";
import { ALGORITHMS, ascending, base64Of, macV1, stringToSignV1 } from "./v1.js";

/** @typedef {import("./v1.js").SignableV1} SignableV1 */
/** @typedef {import("./v1.js").Pair} Pair */
/** @typedef {import("./variants.js").Why} Why */

/**
 * @typedef {SignableV1 & { secret: string, text: (given: SignableV1) => string, written: (mac: Uint8Array) => string }} VariantV1
 */

/**
 * @typedef {object} MutationV1
 * @property {"toSign" | "key" | "signature"} step
 * @property {Why} why
 * @property {boolean} accepted Whether the service takes the signature all the same.
 * @property {(variant: VariantV1) => VariantV1} change
 */

/**
 * @param {MutationV1["step"]} step
 * @param {Why} reason
 * @param {(variant: VariantV1) => Partial<VariantV1>} change
 * @param {boolean} [accepted]
 * @returns {MutationV1}
 */
function mutation(step, reason, change, accepted = false) {
  return { step, why: reason, accepted, change: (variant) => ({ ...variant, ...change(variant) }) };
}

/**
 * @param {VariantV1} variant
 * @param {(value: string) => string} change
 */
function withValues({ pairs }, change) {
  return { pairs: pairs.map(([name, value]) => /** @type {Pair} */ ([name, change(value)])) };
}

/**
 * @param {string} separator Between the host and the parameters.
 * @param {(pairs: Pair[]) => Pair[]} order
 */
function written(separator, order) {
  return (/** @type {SignableV1} */ { method, host, pairs }) => `${method}${host}${separator}${order(pairs).map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/** @param {Pair[]} pairs */
function sorted(pairs) {
  return [...pairs].sort(([one], [other]) => ascending(one, other));
}

/**
 * @param {string} region
 * @param {VariantV1} right
 * @param {string} secretId
 * @returns {MutationV1[]} The likeliest first.
 */
export function mutationsV1(right, secretId, region) {
  const other = right.method === "GET" ? "POST" : "GET";
  const algorithm = ALGORITHMS.find((name) => name !== right.algorithm) ?? "";
  const ignoringCase = (/** @type {Pair[]} */ pairs) => [...pairs].sort(([one], [two]) => ascending(one.toLowerCase(), two.toLowerCase()));
  return [
    ...hostNames(right.host, "aiart", region).map(({ host, tolerated }) => mutation("toSign", why("host", { signed: host, sent: right.host }), () => ({ host }), tolerated)),
    mutation("toSign", why("methodOther", { signed: other }), () => ({ method: other })),
    mutation("toSign", why("methodCase"), (v) => ({ method: v.method.toLowerCase() })),
    mutation("toSign", why("v1Encoded"), (v) => withValues(v, encodeURIComponent)),
    mutation("toSign", why("v1Encoded"), (v) => withValues(v, (value) => new URLSearchParams({ v: value }).toString().slice(2))),
    mutation("toSign", why("v1Unsorted"), () => ({ text: written("/?", (pairs) => pairs) })),
    mutation("toSign", why("v1IgnoringCase"), () => ({ text: written("/?", ignoringCase) })),
    mutation("toSign", why("v1Path"), () => ({ text: written("?", sorted) })),
    mutation("toSign", why("v1Path"), () => ({ text: written("/", sorted) })),
    mutation("toSign", why("v1Path"), () => ({ text: written("", sorted) })),
    mutation("toSign", why("v1EmptyLeftOut"), (v) => ({ pairs: v.pairs.filter(([, value]) => value) })),
    ...["SignatureMethod", "Token", "Language", "Region"].filter((name) => right.pairs.some(([given]) => given === name)).map((name) => mutation("toSign", why("v1LeftOut", { name }), (v) => ({ pairs: v.pairs.filter(([given]) => given !== name) }))),
    mutation("signature", why("v1Algorithm", { used: algorithm, said: right.algorithm }), () => ({ algorithm })),
    mutation("signature", why("v1Hex"), () => ({ written: hex })),
    mutation("signature", why("v1Hex"), () => ({ written: (mac) => btoa(hex(mac)) })),
    mutation("signature", why("v1PlusLost"), (v) => ({ written: (mac) => v.written(mac).replaceAll("+", " ") })),
    mutation("key", why("keySpace"), (v) => ({ secret: v.secret.trim() })),
    mutation("key", why("keySpace"), (v) => ({ secret: `${v.secret}\n` })),
    mutation("key", why("keyIsId"), () => ({ secret: secretId })),
  ];
}

/** @param {VariantV1} variant */
export async function signatureOfV1(variant) {
  return variant.written(await macV1(variant.secret, variant.text(variant), variant.algorithm));
}

/**
 * @param {SignableV1} given
 * @param {string} secret
 * @returns {VariantV1}
 */
export function rightV1(given, secret) {
  return { ...given, secret, text: stringToSignV1, written: base64Of };
}

/**
 * Find the one or two ways that lead to a signature.
 *
 * @param {VariantV1} right
 * @param {MutationV1[]} mutations
 * @param {string} signature
 * @returns {Promise<{ reasons: MutationV1[], variant: VariantV1 } | null>}
 */
export async function guessV1(right, mutations, signature) {
  const ways = [...mutations.map((one) => [one]), ...mutations.flatMap((one, index) => mutations.slice(index + 1).map((two) => [one, two]))];
  for (const reasons of ways) {
    const variant = reasons.reduce((changed, { change }) => change(changed), right);
    if ((await signatureOfV1(variant)) === signature) return { reasons, variant };
  }
  return null;
}
