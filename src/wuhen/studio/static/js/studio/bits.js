/** Masks as bits, eight pixels a byte, row after row, the lowest bit first: a 25 Mpx mask takes 3 MB. */

/**
 * @typedef {object} Bits
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} packed
 */

/**
 * @param {number} width
 * @param {number} height
 * @returns {Bits}
 */
export function empty(width, height) {
  return { width, height, packed: new Uint8Array((width * height + 7) >> 3) };
}

/**
 * @param {Uint8Array} flags One byte a pixel, not 0 where it is in the mask.
 * @param {number} width
 * @param {number} height
 * @returns {Bits}
 */
export function pack(flags, width, height) {
  const bits = empty(width, height);
  for (let i = 0; i < flags.length; i++) if (flags[i]) bits.packed[i >> 3] |= 1 << (i & 7);
  return bits;
}

/**
 * @param {Bits} bits
 * @returns {Uint8Array} One byte a pixel, 0 or 1.
 */
export function unpack({ width, height, packed }) {
  const flags = new Uint8Array(width * height);
  for (let i = 0; i < flags.length; i++) flags[i] = (packed[i >> 3] >> (i & 7)) & 1;
  return flags;
}

/**
 * @param {Bits} a
 * @param {Bits} b
 * @returns {Bits} What is in either.
 */
export function union(a, b) {
  const packed = a.packed.slice();
  for (let i = 0; i < packed.length; i++) packed[i] |= b.packed[i];
  return { ...a, packed };
}

/**
 * @param {Bits} a
 * @param {Bits} b
 * @returns {Bits} What is in both.
 */
export function intersection(a, b) {
  return { ...a, packed: a.packed.map((byte, i) => byte & b.packed[i]) };
}

/**
 * @param {Bits} a
 * @param {Bits} b
 * @returns {Bits} What is in the first alone.
 */
export function without(a, b) {
  return { ...a, packed: a.packed.map((byte, i) => byte & ~b.packed[i]) };
}

/**
 * @param {Bits} bits
 * @param {readonly [number, number, number, number]} part Left, top, width and height.
 * @returns {Bits} What of them lies in it.
 */
export function cutOut({ width, packed }, [left, top, wide, high]) {
  const cut = empty(wide, high);
  for (let y = 0, to = 0; y < high; y++) {
    for (let from = (top + y) * width + left, end = from + wide; from < end; from++, to++) {
      if ((packed[from >> 3] >> (from & 7)) & 1) cut.packed[to >> 3] |= 1 << (to & 7);
    }
  }
  return cut;
}

/**
 * @param {Bits} bits Not empty.
 * @returns {{ left: number, top: number, width: number, height: number }} The least box that has all of it.
 */
export function extent({ width, height, packed }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let byte = 0; byte < packed.length; byte++) {
    for (let rest = packed[byte], at = byte << 3; rest; rest >>= 1, at++) {
      if (!(rest & 1)) continue;
      const x = at % width;
      const y = (at - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** @param {Bits} bits */
export function isEmpty({ packed }) {
  return packed.every((byte) => byte === 0);
}

/**
 * Widen a mask by a number of pixels, or with a negative number narrow it: a square of that reach, in two passes.
 *
 * @param {Bits} bits
 * @param {number} by
 * @returns {Bits}
 */
export function grow(bits, by) {
  const { width, height } = bits;
  const flags = unpack(bits);
  const wanted = by > 0 ? 1 : 0;
  const reach = Math.abs(by);
  spread(flags, wanted, reach, height, width, width, 1);
  spread(flags, wanted, reach, width, height, 1, width);
  return pack(flags, width, height);
}

/**
 * Spread a value along lines.
 *
 * @param {Uint8Array} flags
 * @param {number} wanted The value that spreads.
 * @param {number} reach
 * @param {number} lines
 * @param {number} length
 * @param {number} lineStep
 * @param {number} step
 */
function spread(flags, wanted, reach, lines, length, lineStep, step) {
  const line = new Uint8Array(length);
  for (let i = 0; i < lines; i++) {
    const start = i * lineStep;
    let last = -reach - 1;
    for (let x = 0; x < length; x++) {
      if (flags[start + x * step] === wanted) last = x;
      line[x] = x - last <= reach ? 1 : 0;
    }
    last = length + reach;
    for (let x = length - 1; x >= 0; x--) {
      if (flags[start + x * step] === wanted) last = x;
      if (line[x] || last - x <= reach) flags[start + x * step] = wanted;
    }
  }
}

/**
 * @param {Bits} bits
 * @returns {Bits}
 */
export function invert({ width, height, packed }) {
  const turned = packed.map((byte) => ~byte);
  const spare = width * height & 7;
  if (spare) turned[turned.length - 1] &= (1 << spare) - 1;
  return { width, height, packed: turned };
}
