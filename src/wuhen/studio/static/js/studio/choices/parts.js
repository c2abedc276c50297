/** The parts of a hole that can be chosen separately: what lies close together is one. */

/** @typedef {import("../bits.js").Bits} Bits */
/** @typedef {{ left: number, top: number, right: number, bottom: number, area: number, cells: number[] }} Group */

/** The side of the squares that a hole is looked at in, in pixels: 1 << 4. */
const CELL = 16;
/** How far parts lie from each other at least: pixels, and a share of the root of their areas. */
const APART = 24;
const APART_SHARE = 0.6;
/** Of more, such as the letters of a page, nobody chooses each. */
const MOST = 8;

/**
 * @param {Bits} hole
 * @returns {Bits[]} From top to bottom and from left to right; the hole itself where it is one, or too many.
 */
export function partsOf(hole) {
  const columns = Math.ceil(hole.width / CELL);
  const counts = new Int32Array(columns * Math.ceil(hole.height / CELL));
  each(hole, (cell) => counts[cell]++);
  const groups = join(touching(counts, columns));
  if (groups.length < 2 || groups.length > MOST) return [hole];
  groups.sort((one, other) => one.top - other.top || one.left - other.left);
  const owner = new Uint8Array(counts.length);
  for (const [number, { cells }] of groups.entries()) for (const cell of cells) owner[cell] = number;
  const parts = groups.map(() => new Uint8Array(hole.packed.length));
  each(hole, (cell, at) => {
    parts[owner[cell]][at >> 3] |= 1 << (at & 7);
  });
  return parts.map((packed) => ({ ...hole, packed }));
}

/**
 * @param {Bits} bits
 * @param {(cell: number, at: number) => void} act Told each pixel and its square.
 */
function each({ width, packed }, act) {
  const columns = Math.ceil(width / CELL);
  for (let byte = 0; byte < packed.length; byte++) {
    let rest = packed[byte];
    if (!rest) continue;
    let at = byte << 3;
    let y = Math.floor(at / width);
    let x = at - y * width;
    for (; rest; rest >>= 1, at++, x++) {
      if (x === width) [x, y] = [0, y + 1];
      if (rest & 1) act((y >> 4) * columns + (x >> 4), at);
    }
  }
}

/**
 * @param {Int32Array} counts Pixels by square; used up.
 * @param {number} columns
 * @returns {Group[]} Groups of squares that touch.
 */
function touching(counts, columns) {
  const groups = [];
  for (let first = 0; first < counts.length; first++) {
    if (!counts[first]) continue;
    const group = { left: Infinity, top: Infinity, right: 0, bottom: 0, area: 0, cells: /** @type {number[]} */ ([]) };
    const stack = [first];
    for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
      if (!counts[cell]) continue;
      const [x, y] = [cell % columns, Math.floor(cell / columns)];
      group.cells.push(cell);
      group.area += counts[cell];
      counts[cell] = 0;
      group.left = Math.min(group.left, x * CELL);
      group.top = Math.min(group.top, y * CELL);
      group.right = Math.max(group.right, (x + 1) * CELL);
      group.bottom = Math.max(group.bottom, (y + 1) * CELL);
      for (const down of [-1, 0, 1]) {
        for (const right of [-1, 0, 1]) if (x + right >= 0 && x + right < columns) stack.push(cell + down * columns + right);
      }
    }
    groups.push(group);
  }
  return groups;
}

/**
 * Join groups that lie close to each other, until none do.
 *
 * @param {Group[]} groups
 * @returns {Group[]}
 */
function join(groups) {
  for (let i = 0; i < groups.length; i++) {
    for (let j = i + 1; j < groups.length; j++) {
      if (!near(groups[i], groups[j])) continue;
      const [one, other] = [groups[i], groups[j]];
      const joined = {
        left: Math.min(one.left, other.left),
        top: Math.min(one.top, other.top),
        right: Math.max(one.right, other.right),
        bottom: Math.max(one.bottom, other.bottom),
        area: one.area + other.area,
        cells: [...one.cells, ...other.cells],
      };
      return join([...groups.filter((group) => group !== one && group !== other), joined]);
    }
  }
  return groups;
}

/** @param {Group} one @param {Group} other */
function near(one, other) {
  const apart = APART + APART_SHARE * Math.sqrt(Math.min(one.area, other.area));
  const across = Math.max(one.left, other.left) - Math.min(one.right, other.right);
  const down = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom);
  return Math.max(across, down) < apart;
}
