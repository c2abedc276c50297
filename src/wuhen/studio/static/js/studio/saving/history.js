/** A work's whole history, as a record: its shapes and results once each, and its states by their numbers. */

import { flatten, unflatten } from "./graph.js";

/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").State} State */
/** @typedef {import("../strokes.js").Shape} Shape */
/** @typedef {import("./graph.js").Large} Large */

/**
 * @typedef {object} History
 * @property {State[]} states
 * @property {number} at
 * @property {Result[]} made Their pictures are missing: they can be made anew.
 * @property {number} numbered
 */

/**
 * @typedef {object} Step One state, told by what differs from the one before.
 * @property {number} keeps So many shapes of the one before come first.
 * @property {number[]} shapes What comes after them, by its number.
 * @property {number} result -1 for the original.
 * @property {any} [left] What the object left, where it is to stay.
 */

/**
 * @typedef {object} Recorded
 * @property {any[]} shapes
 * @property {any[]} results
 * @property {Step[]} steps
 * @property {number} at
 * @property {number} numbered
 */

/** How a mask came about: each way has shapes under it. */
const WAYS = /** @type {const} */ (["selection", "found", "effects"]);

/** Numbers things in the order in which they come up. */
class Numbers {
  constructor() {
    /** @type {Map<any, number>} */
    this.known = new Map();
    /** @type {any[]} */
    this.all = [];
  }

  /** @param {any} one @param {any} [flat] What stands for it. */
  of(one, flat = one) {
    const known = this.known.get(one);
    if (known !== undefined) return known;
    this.known.set(one, this.all.length);
    return this.all.push(flat) - 1;
  }
}

/**
 * @param {History} history
 * @param {(large: Large) => string} name Names what is large, the same every time.
 * @returns {Recorded}
 */
export function record({ states, at, made, numbered }, name) {
  const shapes = new Numbers();
  /** @param {Shape} shape @returns {number} */
  const numberOf = (shape) => shapes.known.get(shape) ?? shapes.of(shape, flatShape(shape, numberOf, name));
  const results = new Numbers();
  // What a result was erased from comes before it.
  for (const result of made) results.of(result, { ...flatten({ ...result, from: undefined }, name), from: result.from ? results.of(result.from) : -1 });
  /** @type {readonly Shape[]} */
  let before = [];
  const steps = states.map((state) => {
    const differs = state.shapes.findIndex((shape, index) => shape !== before[index]);
    const keeps = differs < 0 ? state.shapes.length : differs;
    before = state.shapes;
    const step = { keeps, shapes: state.shapes.slice(keeps).map(numberOf), result: state.result ? results.of(state.result) : -1 };
    return state.left ? { ...step, left: flatten(state.left, name) } : step;
  });
  return { shapes: shapes.all, results: results.all, steps, at, numbered };
}

/**
 * @param {Shape} shape
 * @param {(shape: Shape) => number} numberOf
 * @param {(large: Large) => string} name
 */
function flatShape(shape, numberOf, name) {
  if (shape.kind !== "raster") return flatten(shape, name);
  const flat = flatten({ ...shape, selection: undefined, found: undefined, effects: undefined }, name);
  for (const way of WAYS) {
    const from = shape[way];
    if (from) flat[way] = { ...flatten({ ...from, under: undefined }, name), under: from.under.map(numberOf) };
  }
  return flat;
}

/**
 * @param {Recorded} recorded
 * @param {(name: string) => Large} part
 * @returns {History}
 */
export function replay({ shapes, results, steps, at, numbered }, part) {
  /** @type {Shape[]} */
  const all = [];
  for (const flat of shapes) {
    const shape = unflatten(flat, part);
    // What lies under a shape has a lower number.
    for (const way of WAYS) {
      const from = shape[way];
      // Records of older releases have some of them whole.
      if (from) from.under = from.under.map((/** @type {number | Shape} */ one) => (typeof one === "number" ? all[one] : one));
    }
    all.push(shape);
  }
  /** @type {Result[]} */
  const made = [];
  for (const { from, ...flat } of results) made.push({ ...unflatten(flat, part), from: made[from] ?? null });
  /** @type {readonly Shape[]} */
  let before = [];
  const states = steps.map((step) => {
    before = [...before.slice(0, step.keeps), ...step.shapes.map((number) => all[number])];
    const state = { shapes: before, result: made[step.result] ?? null };
    return step.left ? { ...state, left: unflatten(step.left, part) } : state;
  });
  return { states, at, made, numbered };
}
