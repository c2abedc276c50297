/** The work on one photo: what was painted, what was erased, and the way back through all of it. */

import { WIDE } from "../select/marks.js";
import { intersection, union, without } from "./bits.js";
import { Told } from "./explaining.js";
import { masks } from "./masks.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Shape} Shape */

/** @typedef {import("./crops/patched.js").Patch} Patch */

/**
 * @typedef {object} Cut How the service is asked to fill a hole.
 * @property {import("./picture.js").Part | null} part What is cut out of the photo for it; null sends the photo whole.
 * @property {Blob} mask Of the part's size.
 * @property {Blob | null} keepOut White where nothing may be copied from.
 * @property {Blob | null} [effects] White where shadow and reflection may go; by default everywhere.
 * @property {boolean} again Whether a fill is filled anew.
 * @property {boolean} withEffects Whether shadow and reflection go as well.
 */

/**
 * @typedef {object} Result
 * @property {Result | null} from What it was erased from; null is the photo.
 * @property {Cut} cut How.
 * @property {readonly Patch[]} patches All that lies over the photo, the last on top.
 * @property {Picture} picture
 * @property {Bits} erased Everything that is erased in it, of the original.
 * @property {string} name As the film has it: 1, and 1.2 for another way to fill the same.
 */

/** Shares of a photo that are cut out in any case and at most; between them, where the file itself is not smaller. */
const CUT = { least: 0.2, most: 0.5 };
/** How much wider than an object its mask is, as a share of the photo's longer side. */
const MARGIN = 0.002;
/** Bytes of a PNG for each pixel of a photograph, about. */
const PNG_BYTES = 1.5;

/**
 * @typedef {object} State One moment of the work.
 * @property {readonly Shape[]} shapes What is painted.
 * @property {Result | null} result What is shown; null is the original.
 * @property {Bits} [left] What the object left beside the paint, where it is to stay.
 */

export class Work extends EventTarget {
  /**
   * @param {Blob} file The photo as it was opened.
   * @param {Blob} sent What is sent of it.
   * @param {string} name
   * @param {Picture} picture
   * @param {import("./crops/looking.js").Look} look What its file says of its colours.
   */
  constructor(file, sent, name, picture, look) {
    super();
    this.file = file;
    this.sent = sent;
    this.name = name;
    this.picture = picture;
    this.look = look;
    this.width = picture.width;
    this.height = picture.height;
    /** @type {State[]} */
    this.states = [{ shapes: [], result: null }];
    this.at = 0;
    /** @type {Result[]} All that were ever made, in that order: none is lost, whatever is undone and done anew. */
    this.made = [];
    this.numbered = 0;
    this.saved = true;
  }

  /** @returns {State} */
  get state() {
    return this.states[this.at];
  }

  get shapes() {
    return this.state.shapes;
  }

  get result() {
    return this.state.result;
  }

  /** @returns {readonly Patch[]} What lies over the photo. */
  get patches() {
    return this.result?.patches ?? [];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  /** @param {Shape} shape */
  add(shape) {
    this.replace([...this.shapes, shape]);
  }

  clear() {
    if (this.shapes.length) this.replace([]);
  }

  /** @param {readonly Shape[]} shapes */
  replace(shapes) {
    this.#enter({ shapes, result: this.result });
  }

  /**
   * Take what the object left into the mask: it can be painted on, and is treated, not filled.
   *
   * @param {Bits} bits
   */
  async takeEffects(bits) {
    const { state, shapes } = this;
    const painted = await this.#ask({ task: "raster", added: bits });
    if (state === this.state) this.add({ kind: "raster", bits: painted.bits, preview: painted.preview, effects: { bits, under: shapes } });
  }

  /** Take it out again, and let it stay. */
  leaveEffects() {
    if (!this.taken) return;
    const { at, effects } = this.taken;
    this.#enter({ shapes: [...effects.under, ...this.shapes.slice(at + 1)], result: this.result, left: effects.bits });
  }

  /** @returns {{ at: number, effects: import("./strokes.js").Effects } | null} What of the mask is what an object left. */
  get taken() {
    const at = this.shapes.findLastIndex((shape) => shape.kind === "raster");
    const shape = this.shapes[at];
    return shape?.kind === "raster" && shape.effects ? { at, effects: shape.effects } : null;
  }

  undo() {
    if (this.canUndo) this.goTo(this.at - 1);
  }

  redo() {
    if (this.canRedo) this.goTo(this.at + 1);
  }

  /** @param {number} at */
  goTo(at) {
    this.at = at;
    this.#prepare();
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Go on where work was left.
   *
   * @param {import("./saving/history.js").History} history
   */
  resume({ states, at, made, numbered }) {
    this.states = states;
    this.made = made;
    this.numbered = numbered;
    this.goTo(at);
  }

  /** Make what stands for a mask on the screen, where it is not there: it is not kept. */
  async #prepare() {
    const base = this.shapes.findLast((shape) => shape.kind === "raster");
    if (base?.kind !== "raster" || base.preview) return;
    base.preview = (await this.#ask({ task: "raster", shapes: [base] })).preview;
    this.dispatchEvent(new Event("prepared"));
  }

  /**
   * List the original and all results, those on other ways than the present one as well.
   *
   * @returns {(Result | null)[]}
   */
  film() {
    return [null, ...this.made];
  }

  /**
   * Go to a result, bare of paint: back or forth where it lies on the way, else on to it.
   *
   * @param {Result | null} result
   */
  see(result) {
    const at = this.states.findIndex((state) => state.result === result);
    if (at >= 0) this.goTo(at);
    else this.#enter({ shapes: [], result });
  }

  async invert() {
    const { bits, preview } = await this.#ask({ task: "invert" });
    this.add({ kind: "raster", bits, preview });
  }

  /**
   * Return what is painted, grown.
   *
   * @param {number} by Pixels; less than 0 to shrink it.
   * @returns {Promise<import("./strokes.js").Raster>}
   */
  async grown(by) {
    const { bits, preview } = await this.#ask({ task: "grow", by });
    return { kind: "raster", bits, preview };
  }

  /**
   * Take a whole mask over; with `joined`, beside what is painted already.
   *
   * @param {{ bits?: Bits, file?: Blob }} given
   * @param {boolean} joined
   */
  async take({ bits, file }, joined) {
    if (file) {
      const read = await masks.ask({ task: "read", file, width: this.width, height: this.height });
      if (read.bits.width !== this.width || read.bits.height !== this.height) throw new Mismatch(read.bits, this);
      bits = /** @type {Bits} */ (read.bits);
    }
    const painted = await this.#ask({ task: "raster", shapes: joined ? undefined : [], added: bits });
    this.add({ kind: "raster", bits: painted.bits, preview: painted.preview });
  }

  /**
   * Add an object that was selected to what was painted before, in place of what had been found of it so far. The
   * mask is a little wider than the object: of its blurred edge nothing may stay.
   *
   * @param {Bits} bits The object.
   * @param {import("./strokes.js").Scribble[]} scribbles
   * @param {readonly Shape[]} under
   */
  async select(bits, scribbles, under) {
    const side = Math.max(this.width, this.height);
    const across = 2 * Math.max(1, WIDE * side) + 1;
    const apart = scribbles
      .filter((one) => one.takesAway)
      .map(({ points }) => ({ kind: "stroke", points: points.flatMap(([x, y]) => [x + 0.5, y + 0.5, across]), erases: false }));
    const painted = await this.#ask({ task: "raster", shapes: under, added: bits, by: Math.max(1, Math.round(MARGIN * side)), apart });
    const selection = { scribbles, bits, under };
    this.replace([...under, { kind: "raster", bits: painted.bits, preview: painted.preview, selection }]);
  }

  /**
   * Add what was found, but for what is left out of it, to what was painted before.
   *
   * @param {import("./strokes.js").Found} found
   * @param {readonly Shape[]} [later] What is painted over it.
   */
  async find(found, later = []) {
    const { state } = this;
    const corners = (/** @type {boolean} */ left) => found.places.filter((_, index) => found.left.has(index) === left).map((place) => place.corners);
    const painted = await this.#ask({ task: "raster", shapes: found.under, added: found.bits, out: corners(true), kept: corners(false) });
    if (state === this.state) this.replace([...found.under, { kind: "raster", bits: painted.bits, preview: painted.preview, found }, ...later]);
  }

  /**
   * Return what is painted as a file.
   *
   * @returns {Promise<{ png: Blob, bits: Bits, blank: boolean }>} `blank` tells that nothing is painted.
   */
  mask() {
    return this.#ask({ task: "png" });
  }

  /**
   * Plan the erasure of what is painted.
   *
   * @param {boolean} wanted Whether shadow and reflection go, too, where nothing else was said of them.
   * @param {Bits | null} [proposed] What is known to go then; null where nobody has looked.
   * @returns {Promise<{ cut: Cut | null, erased: Bits }>} No cut where nothing is painted.
   */
  async plan(wanted, proposed = null) {
    const { taken, state } = this;
    const withEffects = taken !== null || (wanted && !state.left);
    const effects = taken ? await this.#untouched(taken) : proposed;
    const how = { ...this.#how(withEffects), effects: withEffects ? effects : null };
    const { cut, bits } = await this.#ask({ task: "plan", added: this.result?.erased ?? null, how });
    return { cut: cut ? { ...cut, withEffects } : null, erased: bits };
  }

  /**
   * @param {NonNullable<Work["taken"]>} taken
   * @returns {Promise<Bits>} What of it is still in the mask, and was not painted over: paint is filled.
   */
  async #untouched({ at, effects: { bits, under } }) {
    const ask = (/** @type {readonly Shape[]} */ shapes) => this.#ask({ task: "bits", shapes });
    const [all, before, later] = await Promise.all([this.shapes, under, this.shapes.slice(at + 1)].map(ask));
    return without(intersection(bits, all.bits), union(before.bits, later.bits));
  }

  /**
   * Plan to fill a part of what a result has erased anew.
   *
   * @param {Result} result
   * @param {Bits} part
   * @returns {Promise<Cut | null>}
   */
  async planPart({ erased, cut }, part) {
    // What was treated in some places alone is not looked for anew.
    const withEffects = cut.withEffects && !cut.effects;
    const how = this.#how(withEffects);
    const planned = await this.#ask({ task: "plan", shapes: [{ kind: "raster", bits: part }], added: without(erased, part), how });
    return planned.cut ? { ...planned.cut, withEffects } : null;
  }

  /** @param {Result} result */
  show(result) {
    this.saved = false;
    if (!this.made.includes(result)) this.made.push(result);
    this.#enter({ shapes: [], result });
  }

  /** @param {boolean} withEffects @returns What an erasure of this photo depends on, beside its hole. */
  #how(withEffects) {
    const { whole, transparent } = this.look;
    const smaller = this.sent.size / (PNG_BYTES * this.width * this.height);
    return { withEffects, most: whole ? 0 : Math.max(CUT.least, Math.min(CUT.most, smaller)), all: transparent };
  }

  /** @param {Record<string, unknown>} question */
  #ask(question) {
    const shapes = /** @type {readonly Shape[]} */ (question.shapes ?? this.shapes);
    const plain = shapes.map((shape) => (shape.kind === "raster" ? { ...shape, preview: undefined, selection: undefined, found: undefined, effects: undefined } : shape));
    return masks.ask({ ...question, shapes: plain, width: this.width, height: this.height });
  }

  /** @param {State} state */
  #enter(state) {
    this.states = [...this.states.slice(0, this.at + 1), state];
    this.goTo(this.states.length - 1);
  }
}

/** A mask is of another size than the photo. */
export class Mismatch extends Told {
  /**
   * @param {{ width: number, height: number }} mask
   * @param {{ width: number, height: number }} photo
   */
  constructor(mask, photo) {
    super("mask.mismatch", { mask: `${mask.width} x ${mask.height}`, photo: `${photo.width} x ${photo.height}` });
    this.wrong = true;
  }
}
