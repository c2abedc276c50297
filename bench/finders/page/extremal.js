/**
 * Extremal regions: connected pixels that are all brighter (or all darker) than everything around them.
 *
 * The component tree of Matas et al., "Robust wide baseline stereo from maximally stable extremal regions" (BMVC
 * 2002), with measures of each region kept up to date while it grows, as in Neumann and Matas, "Real-time scene
 * text localization and recognition" (CVPR 2012). Letters are such regions whatever they lie on, as long as they
 * are brighter or darker than it.
 */

/**
 * @typedef {object} Region
 * @property {number} level its pixels are at least this bright
 * @property {number} seed one of its pixels
 * @property {number} area pixels
 * @property {number} perimeter sides of pixels
 * @property {number} edge mean local contrast along its border, 0 to 255
 * @property {number} left
 * @property {number} top
 * @property {number} right the last column
 * @property {number} bottom the last row
 */

/**
 * @typedef {object} Limits
 * @property {number} step grey levels between two thresholds
 * @property {number} minArea
 * @property {number} maxArea
 * @property {number} maxExtent the longest side of the bounding box
 * @property {number} minEdge the least contrast along the border
 */

/**
 * Find the extremal regions whose border has the most contrast: none of them lies within another one.
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @param {Limits} limits
 * @returns {Region[]}
 */
export function extremalRegions(grey, width, height, limits) {
  const growing = new Growing(grey, width, height, limits);
  for (let top = 255; top >= 0; top -= limits.step) growing.flood(Math.max(0, top - limits.step + 1), top);
  return growing.chosen();
}

/** Regions that grow as the threshold falls. */
class Growing {
  /**
   * @param {Uint8Array} grey
   * @param {number} width
   * @param {number} height
   * @param {Limits} limits
   */
  constructor(grey, width, height, limits) {
    const count = width * height;
    this.grey = grey;
    this.width = width;
    this.height = height;
    this.limits = limits;
    this.contrast = localContrast(grey, width, height);
    const { order, starts } = sorted(grey);
    this.order = order;
    this.starts = starts;
    /** Union-find; -1 where the threshold has not arrived. */
    this.parent = new Int32Array(count).fill(-1);
    this.area = new Int32Array(count);
    this.perimeter = new Int32Array(count);
    this.edge = new Int32Array(count);
    this.left = new Uint16Array(count);
    this.right = new Uint16Array(count);
    this.top = new Uint16Array(count);
    this.bottom = new Uint16Array(count);
    /** The best regions so far within each root: the head of a linked list. */
    this.list = new Int32Array(count).fill(-1);
    this.stamp = new Int16Array(count).fill(-1);
    /** @type {Region[]} */
    this.regions = [];
    /** @type {number[]} */
    this.next = [];
    /** @type {boolean[]} */
    this.out = [];
  }

  /**
   * Lower the threshold to `low`, and note which regions changed.
   * @param {number} low
   * @param {number} high
   */
  flood(low, high) {
    const from = this.starts[255 - high];
    const to = this.starts[256 - low];
    for (let k = from; k < to; k++) this.add(this.order[k]);
    for (let k = from; k < to; k++) {
      const root = this.find(this.order[k]);
      if (this.stamp[root] === low) continue;
      this.stamp[root] = low;
      this.note(root, low);
    }
  }

  /** @param {number} p */
  find(p) {
    const parent = this.parent;
    while (parent[p] !== p) {
      parent[p] = parent[parent[p]];
      p = parent[p];
    }
    return p;
  }

  /** @param {number} p */
  add(p) {
    const { width, height, parent, contrast } = this;
    const y = (p / width) | 0;
    const x = p - y * width;
    parent[p] = p;
    this.area[p] = 1;
    this.left[p] = this.right[p] = x;
    this.top[p] = this.bottom[p] = y;
    let sides = 0;
    let edge = 0;
    // The picture's own edge is nobody's border: text may be cut off there.
    for (let d = 0; d < 4; d++) {
      if (d === 0 ? x === 0 : d === 1 ? x === width - 1 : d === 2 ? y === 0 : y === height - 1) continue;
      const q = d === 0 ? p - 1 : d === 1 ? p + 1 : d === 2 ? p - width : p + width;
      const here = Math.max(contrast[p], contrast[q]);
      if (parent[q] < 0) {
        sides++;
        edge += here;
      } else {
        sides--;
        edge -= here;
      }
    }
    this.perimeter[p] = sides;
    this.edge[p] = edge;
    if (x > 0 && parent[p - 1] >= 0) this.join(p, p - 1);
    if (x < width - 1 && parent[p + 1] >= 0) this.join(p, p + 1);
    if (y > 0 && parent[p - width] >= 0) this.join(p, p - width);
    if (y < height - 1 && parent[p + width] >= 0) this.join(p, p + width);
  }

  /**
   * @param {number} p
   * @param {number} q
   */
  join(p, q) {
    let a = this.find(p);
    let b = this.find(q);
    if (a === b) return;
    if (this.area[a] < this.area[b]) [a, b] = [b, a];
    this.parent[b] = a;
    this.area[a] += this.area[b];
    this.perimeter[a] += this.perimeter[b];
    this.edge[a] += this.edge[b];
    if (this.left[b] < this.left[a]) this.left[a] = this.left[b];
    if (this.right[b] > this.right[a]) this.right[a] = this.right[b];
    if (this.top[b] < this.top[a]) this.top[a] = this.top[b];
    if (this.bottom[b] > this.bottom[a]) this.bottom[a] = this.bottom[b];
    this.list[a] = this.chain(this.list[a], this.list[b]);
  }

  /**
   * Put two lists of regions together.
   * @param {number} a
   * @param {number} b
   */
  chain(a, b) {
    if (a < 0) return b;
    if (b < 0) return a;
    let last = b;
    while (this.next[last] >= 0) last = this.next[last];
    this.next[last] = a;
    return b;
  }

  /**
   * Keep a region if its border has at least the contrast of the borders, taken together, that it replaces.
   * @param {number} root
   * @param {number} level
   */
  note(root, level) {
    const { limits } = this;
    const area = this.area[root];
    if (area < limits.minArea) return;
    const extent = Math.max(this.right[root] - this.left[root], this.bottom[root] - this.top[root]) + 1;
    if (area > limits.maxArea || extent > limits.maxExtent) {
      // What it contains can no longer be replaced, and need not be carried along.
      this.list[root] = -1;
      return;
    }
    const edge = this.edge[root] / this.perimeter[root];
    if (edge < limits.minEdge) return;
    let sides = 0;
    let sum = 0;
    for (let r = this.list[root]; r >= 0; r = this.next[r]) {
      sides += this.regions[r].perimeter;
      sum += this.regions[r].perimeter * this.regions[r].edge;
    }
    if (sum > sides * edge) return;
    for (let r = this.list[root]; r >= 0; r = this.next[r]) this.out[r] = true;
    this.list[root] = this.regions.length;
    this.next.push(-1);
    this.out.push(false);
    this.regions.push({
      level, seed: root, area, perimeter: this.perimeter[root], edge,
      left: this.left[root], top: this.top[root], right: this.right[root], bottom: this.bottom[root],
    });
  }

  chosen() {
    return this.regions.filter((_, r) => !this.out[r]);
  }
}

/**
 * The pixels of a region, found from its seed.
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {Region} region
 * @returns {Uint8Array} 1 inside, of the size of its bounding box
 */
export function regionMask(grey, width, region) {
  const { left, top, right, bottom, level, seed } = region;
  const columns = right - left + 1;
  const out = new Uint8Array(columns * (bottom - top + 1));
  const stack = [seed];
  out[(((seed / width) | 0) - top) * columns + (seed % width) - left] = 1;
  while (stack.length) {
    const p = /** @type {number} */ (stack.pop());
    const y = (p / width) | 0;
    const x = p - y * width;
    const at = (y - top) * columns + x - left;
    if (x > left && !out[at - 1] && grey[p - 1] >= level) { out[at - 1] = 1; stack.push(p - 1); }
    if (x < right && !out[at + 1] && grey[p + 1] >= level) { out[at + 1] = 1; stack.push(p + 1); }
    if (y > top && !out[at - columns] && grey[p - width] >= level) { out[at - columns] = 1; stack.push(p - width); }
    if (y < bottom && !out[at + columns] && grey[p + width] >= level) { out[at + columns] = 1; stack.push(p + width); }
  }
  return out;
}

/**
 * Pixels from bright to dark (a counting sort); those of value v begin at `starts[255 - v]`.
 * @param {Uint8Array} grey
 */
function sorted(grey) {
  const starts = new Int32Array(257);
  for (let p = 0; p < grey.length; p++) starts[256 - grey[p]]++;
  for (let v = 0; v < 256; v++) starts[v + 1] += starts[v];
  const at = starts.slice(0, 256);
  const order = new Int32Array(grey.length);
  for (let p = 0; p < grey.length; p++) order[at[255 - grey[p]]++] = p;
  return { order, starts };
}

/**
 * The larger of the differences across each pixel, along its row and along its column.
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array}
 */
function localContrast(grey, width, height) {
  const out = new Uint8Array(grey.length);
  for (let y = 0; y < height; y++) {
    const up = y > 0 ? width : 0;
    const down = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const across = Math.abs(grey[x > 0 ? p - 1 : p] - grey[x < width - 1 ? p + 1 : p]);
      out[p] = Math.max(across, Math.abs(grey[p - up] - grey[p + down]));
    }
  }
  return out;
}
