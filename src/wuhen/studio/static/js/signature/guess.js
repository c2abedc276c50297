/** Finding out what was signed from the signature alone: trying one way to go wrong after another, then two at a time. */

import { hex, hmac, sha256 } from "../api/sign.js";
import { canonicalRequest, keyChain, scopeOf, stringToSign } from "./tc3.js";

/** @typedef {import("./variants.js").Mutation} Mutation */
/** @typedef {import("./variants.js").Variant} Variant */

const encoder = new TextEncoder();

/** @param {Variant} variant */
export function canonicalOf(variant) {
  const text = canonicalRequest(variant);
  switch (variant.shape) {
    case "noBlankLine":
      return text.replace(/\n\n(?=[^\n]*\n[^\n]*$)/, "\n");
    case "crlf":
      return text.replaceAll("\n", "\r\n");
    case "newline":
      return `${text}\n`;
    default:
      return text;
  }
}

/**
 * @param {Variant} variant
 * @returns {Promise<Uint8Array>}
 */
async function signingKey({ keys, secret, date, service }) {
  if (keys === "right") return (await keyChain(secret, date, service)).signing;
  const parts = keys === "reversed" ? ["tc3_request", service, date] : [date, service, "tc3_request"];
  let key = encoder.encode(keys === "noPrefix" ? secret : `TC3${secret}`);
  for (const part of parts) {
    const made = await hmac(key, part);
    key = keys === "hex" ? encoder.encode(hex(made)) : made;
  }
  return key;
}

/** Tells of a variant whether it has the hash or the signature that is looked for. */
export class Target {
  /** @param {{ hash: string, signature: string }} sought Of the canonical request; of it all. The first given counts. */
  constructor({ hash, signature }) {
    this.hash = hash.toLowerCase();
    this.signature = signature.toLowerCase();
    /** @type {Map<string, Promise<Uint8Array>>} */
    this.keys = new Map();
  }

  /** @param {Variant} variant */
  async hit(variant) {
    const hashed = await sha256(canonicalOf(variant));
    if (this.hash) return hashed === this.hash;
    const toSign = stringToSign(variant.timestamp, scopeOf(variant.date, variant.service), hashed);
    return hex(await hmac(await this.keyOf(variant), toSign)) === this.signature;
  }

  /** @param {Variant} variant */
  keyOf(variant) {
    const name = JSON.stringify([variant.keys, variant.secret, variant.date, variant.service]);
    const known = this.keys.get(name) ?? signingKey(variant);
    this.keys.set(name, known);
    return known;
  }
}

/**
 * @param {Variant} right
 * @param {Mutation[]} mutations
 * @param {Target} target
 * @returns {Promise<{ reasons: Mutation[], variant: Variant } | null>}
 */
export async function guess(right, mutations, target) {
  for (const one of mutations) {
    const variant = one.change(right);
    if (await target.hit(variant)) return { reasons: [one], variant };
  }
  for (const [index, one] of mutations.entries()) {
    for (const other of mutations.slice(index + 1)) {
      const variant = other.change(one.change(right));
      if (await target.hit(variant)) return { reasons: [one, other], variant };
    }
  }
  return null;
}
