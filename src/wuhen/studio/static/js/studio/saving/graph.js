/**
 * What a work is made of, as a database can keep it: files and masks are large and written once, so each is a part by
 * itself, and only its name is in what is written again and again. What can be made anew, pictures for the screen, is
 * left out.
 */

/** @typedef {import("../bits.js").Bits} Bits */
/** @typedef {Blob | Bits} Large */

/** Stands for a part, in the place where it was. */
const PART = "part of a work";

/** @param {any} value @returns {value is Bits} */
function isBits(value) {
  return value.packed instanceof Uint8Array;
}

/** @param {object} value */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Copy a value, with names in place of what is large.
 *
 * @param {any} value
 * @param {(large: Large) => string} name
 * @returns {any} Undefined for what cannot be kept.
 */
export function flatten(value, name) {
  if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
  if (value instanceof Blob || isBits(value)) return { [PART]: name(value) };
  if (ArrayBuffer.isView(value)) return value;
  // Points of strokes: there are many.
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map((one) => flatten(one, name));
  if (value instanceof Set) return new Set([...value].map((one) => flatten(one, name)));
  if (!isPlain(value)) return undefined;
  const entries = Object.entries(value).map(([key, one]) => [key, flatten(one, name)]);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

/**
 * Turn what `flatten` made back into what it was made of.
 *
 * @param {any} value
 * @param {(name: string) => Large} part
 * @returns {any}
 */
export function unflatten(value, part) {
  if (typeof value !== "object" || value === null || value instanceof Blob || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map((one) => unflatten(one, part));
  if (value instanceof Set) return new Set([...value].map((one) => unflatten(one, part)));
  if (PART in value) return part(value[PART]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unflatten(one, part)]));
}
