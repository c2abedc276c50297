/** Masks as they are kept: deflated, because most of a mask is all the same. */

/** @typedef {import("../bits.js").Bits} Bits */

/**
 * @typedef {object} Deflated
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array<ArrayBuffer>} deflated
 */

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {GenericTransformStream} way
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function through(bytes, way) {
  const stream = new Blob([bytes]).stream().pipeThrough(/** @type {ReadableWritablePair} */ (way));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {Bits} bits @returns {Promise<Deflated>} */
export async function deflate({ width, height, packed }) {
  const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (packed);
  return { width, height, deflated: await through(bytes, new CompressionStream("deflate-raw")) };
}

/** @param {Deflated} kept @returns {Promise<Bits>} */
export async function inflate({ width, height, deflated }) {
  return { width, height, packed: await through(deflated, new DecompressionStream("deflate-raw")) };
}
