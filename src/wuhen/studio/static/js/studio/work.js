/** The work on one photo: what was painted, what was erased, and the way back through all of it. */

import { WIDE } from "../select/marks.js";
import { intersection, union, without } from "./bits.js";
import { Told } from "./explaining.js";
import { masks } from "./masks.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Raster} Raster */
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
 * @property {Bits} [treated] Where they may go and might before, of the whole photo, where it is all erased anew.
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
 * @property {Traced} [left] What the object left beside the paint, where it is to stay.
 */

/** @typedef {import("./strokes.js").Traced} Traced */

/** @param {readonly Shape[]} shapes @returns What of a mask is what an object left, and what the mask is without it. */
function takenOf(shapes) {
  const at = shapes.findLastIndex((shape) => shape.kind === "raster");
  const shape = shapes[at];
  if (shape?.kind !== "raster" || !shape.effects) return null;
  const { effects } = shape;
  return { at, effects, rest: [...effects.under, ...shapes.slice(at + 1)] };
}

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
    // What was to stay stays, whatever is painted.
    this.#enter({ shapes, result: this.result, left: shapes.length ? this.state.left : undefined });
  }

  /**
   * Take what the object left into the mask: it can be painted on, and is treated, not filled.
   *
   * @param {Traced} traced
   */
  async takeEffects(traced) {
    const { state, shapes, result } = this;
    const mask = await this.#over(shapes, traced);
    if (state === this.state) this.#enter({ shapes: [...shapes, mask], result });
  }

  /** Take it out again, and let it stay. */
  leaveEffects() {
    const { taken, result } = this;
    if (!taken) return;
    const { bits, what } = taken.effects;
    this.#enter({ shapes: taken.rest, result, left: { bits, what } });
  }

  get taken() {
    return takenOf(this.shapes);
  }

  /**
   * Make a mask of shapes and what an object left, which stays apart in it.
   *
   * @param {readonly Shape[]} under
   * @param {Traced} traced
   * @returns {Promise<Raster>}
   */
  async #over(under, { bits, what }) {
    const painted = await this.#ask({ task: "raster", shapes: under, added: bits });
    return { kind: "raster", bits: painted.bits, preview: painted.preview, effects: { bits, what, under } };
  }

  /**
   * Make a mask of shapes and an object. What was taken before of what another one left is that still.
   *
   * @param {readonly Shape[]} under
   * @param {Record<string, unknown>} question What is added.
   * @param {(under: readonly Shape[]) => Partial<Raster>} origin How it came about.
   * @returns {Promise<Raster>}
   */
  async #joined(under, question, origin) {
    const taken = takenOf(under);
    const shapes = taken?.rest ?? under;
    const { bits, preview } = await this.#ask({ ...question, task: "raster", shapes });
    /** @type {Raster} */
    const mask = { kind: "raster", bits, preview, ...origin(shapes) };
    if (!taken) return mask;
    const effects = { ...taken.effects, bits: await this.#untouched(under, taken) };
    return { ...(await this.#over([...shapes, mask], effects)), ...origin(under) };
  }

  /**
   * Lay what an object left, where it was taken, over other shapes than before.
   *
   * @param {readonly Shape[]} shapes
   * @param {readonly Shape[]} above The mask that has it, if there is one, and what was painted on that.
   */
  async relaid(shapes, [mask, ...later]) {
    const effects = mask?.kind === "raster" && mask.effects;
    return effects && shapes.length ? [...shapes, await this.#over(shapes, effects), ...later] : [...shapes, ...later];
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
    this.#instead({ kind: "raster", bits, preview });
  }

  /** @param {Raster} mask Another than what is painted: nothing is said of what its object left. */
  #instead(mask) {
    this.#enter({ shapes: [...this.shapes, mask], result: this.result });
  }

  /**
   * Return what is painted, grown.
   *
   * @param {number} by Pixels; less than 0 to shrink it.
   * @returns {Promise<Raster>}
   */
  async grown(by) {
    const { taken } = this;
    const [all, rest] = await Promise.all([this.shapes, taken?.rest ?? []].map((shapes) => this.#ask({ task: "grow", shapes, by })));
    /** @type {(grown: any) => Raster} */
    const mask = ({ bits, preview }) => ({ kind: "raster", bits, preview });
    // What an object left grows with it.
    return taken ? { ...mask(all), effects: { ...taken.effects, bits: without(all.bits, rest.bits), under: [mask(rest)] } } : mask(all);
  }

  /**
   * Take a whole mask over, in place of what is painted.
   *
   * @param {Blob} file
   */
  async take(file) {
    const { bits, preview } = await masks.ask({ task: "read", file, width: this.width, height: this.height });
    if (bits.width !== this.width || bits.height !== this.height) throw new Mismatch(bits, this);
    this.#instead({ kind: "raster", bits, preview });
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
    const question = { added: bits, by: Math.max(1, Math.round(MARGIN * side)), apart };
    this.replace([...under, await this.#joined(under, question, (below) => ({ selection: { scribbles, bits, under: below } }))]);
  }

  /**
   * Add what was found, but for what is left out of it, to what was painted before.
   *
   * @param {import("./strokes.js").Found} found
   * @param {readonly Shape[]} [later] What is painted over it.
   * @param {readonly Shape[]} [above] As for `relaid`.
   */
  async find(found, later = [], above = []) {
    const { state } = this;
    const corners = (/** @type {boolean} */ left) => found.places.filter((_, index) => found.left.has(index) === left).map((place) => place.corners);
    const question = { added: found.bits, out: corners(true), kept: corners(false) };
    const mask = await this.#joined(found.under, question, (under) => ({ found: { ...found, under } }));
    const shapes = await this.relaid([...found.under, mask, ...later], above);
    if (state === this.state) this.replace(shapes);
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
    const { taken, result, shapes } = this;
    const { left } = this.state;
    const withEffects = taken !== null || (wanted && !left);
    const effects = taken ? await this.#untouched(shapes, taken) : proposed;
    const before = result?.cut.treated;
    const treated = before && left ? without(before, left.bits) : before;
    const how = { ...this.#how(withEffects), effects: withEffects ? effects : null, taken: taken !== null, treated };
    const { cut = null, bits } = await this.#ask({ task: "plan", added: result?.erased ?? null, how });
    return { cut, erased: bits };
  }

  /**
   * @param {readonly Shape[]} shapes
   * @param {NonNullable<Work["taken"]>} taken What is taken in them.
   * @returns {Promise<Bits>} What of it is still in the mask, and was not painted over: paint is filled.
   */
  async #untouched(shapes, { at, effects: { bits, under } }) {
    const ask = (/** @type {readonly Shape[]} */ some) => this.#ask({ task: "bits", shapes: some });
    const [all, before, later] = await Promise.all([shapes, under, shapes.slice(at + 1)].map(ask));
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
    return (await this.#ask({ task: "plan", shapes: [{ kind: "raster", bits: part }], added: without(erased, part), how })).cut ?? null;
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
