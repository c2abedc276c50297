/** What a click would select, shown while the pointer rests there. */

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {[number, number]} Point */

/** Milliseconds that a pointer rests before anybody looks at what it points to. */
const REST = 70;
const WITHIN = [255, 255, 255, 90];
const RIM = [255, 255, 255, 255];
const BESIDE = [0, 0, 0, 255];

export class Foresight {
  /**
   * @param {(point: Point) => Promise<Bits | null>} look
   * @param {(drawn: OffscreenCanvas | null) => void} show A picture of the whole photo; null for none.
   */
  constructor(look, show) {
    this.look = look;
    this.show = show;
    /** @type {Point | null} Where the pointer is. */
    this.at = null;
    /** Photos and selections that have changed meanwhile are not what was looked at. */
    this.turn = 0;
    this.busy = false;
    this.timer = 0;
    this.shown = false;
  }

  /** @param {Point} point */
  point(point) {
    this.at = point;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), REST);
  }

  /** Show nothing until the pointer moves again. */
  end() {
    this.at = null;
    this.turn++;
    clearTimeout(this.timer);
    if (this.shown) this.show(null);
    this.shown = false;
  }

  async #ask() {
    const { at, turn } = this;
    // One look at a time: the newest place is looked at when the last look has ended.
    if (!at || this.busy) return;
    this.busy = true;
    const bits = await this.look(at).catch(() => null);
    this.busy = false;
    if (turn === this.turn) {
      this.show(bits && drawn(bits));
      this.shown = bits !== null;
    }
    if (this.at && this.at !== at) this.#ask();
  }
}

/**
 * @param {Bits} bits
 * @returns {OffscreenCanvas} light on what is in the mask, outlined in white and black
 */
function drawn({ width, height, packed }) {
  const canvas = new OffscreenCanvas(width, height);
  const image = new ImageData(width, height);
  const has = (/** @type {number} */ x, /** @type {number} */ y) => {
    const p = y * width + x;
    return x >= 0 && y >= 0 && x < width && y < height && ((packed[p >> 3] >> (p & 7)) & 1) === 1;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const within = has(x, y);
      const [left, right, above, below] = [has(x - 1, y), has(x + 1, y), has(x, y - 1), has(x, y + 1)];
      const colour = within ? (left && right && above && below ? WITHIN : RIM) : left || right || above || below ? BESIDE : null;
      if (colour) image.data.set(colour, 4 * (y * width + x));
    }
  }
  canvas.getContext("2d", { willReadFrequently: true })?.putImageData(image, 0, 0);
  return canvas;
}
