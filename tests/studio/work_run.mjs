// Works on a photo without a browser: takes steps as a user does, and tells what would be asked of the service.
import { createInterface } from "node:readline";

const FOLDER = new URL("../../src/wuhen/studio/static/js/studio/", import.meta.url);

/** As much of a canvas as masks of rectangles take. */
class Canvas {
  constructor(width, height) {
    Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height), at: [0, 0], points: [] });
  }
  getContext() {
    return Object.assign(this, { canvas: this });
  }
  createImageData(width, height) {
    return new Canvas(width, height);
  }
  putImageData({ data }) {
    this.data.set(data);
  }
  getImageData(left, top, width, height) {
    if (left || top || width !== this.width || height !== this.height) throw new Error("only the whole of it");
    return this;
  }
  drawImage(other) {
    this.data.set(other.data);
  }
  translate(x, y) {
    this.at = [x, y];
  }
  beginPath() {
    this.points = [];
  }
  lineTo(x, y) {
    this.points.push([x + this.at[0], y + this.at[1]]);
  }
  fill() {
    const [left, top, right, bottom] = [Math.min, Math.max].flatMap((most) => [0, 1].map((axis) => most(...this.points.map((point) => point[axis]))));
    const value = this.globalCompositeOperation === "destination-out" ? 0 : 255;
    for (let y = top; y < bottom; y++) this.data.fill(value, 4 * (y * this.width + left), 4 * (y * this.width + right));
  }
  convertToBlob() {
    return Promise.resolve(new Blob([JSON.stringify([...this.data].filter((_, at) => at % 4 === 0).map((value) => (value ? 1 : 0)))]));
  }
}

/** The page's worker, in this thread. */
class Worker extends EventTarget {
  constructor(module) {
    super();
    globalThis.self = {
      addEventListener: (_, act) => {
        this.act = act;
      },
      postMessage: (data) => this.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) })),
    };
    this.ready = import(module);
  }
  async postMessage(data) {
    await this.ready;
    this.act({ data: structuredClone(data) });
  }
}

Object.assign(globalThis, { OffscreenCanvas: Canvas, ImageData: Canvas, Worker, createImageBitmap: async () => ({}), document: {}, localStorage: { getItem: () => null } });
globalThis.location = new URL("http://127.0.0.1/studio/");

const { Work } = await import(new URL("work.js", FOLDER));
const { empty, pack, unpack } = await import(new URL("bits.js", FOLDER));
const { record, replay } = await import(new URL("saving/history.js", FOLDER));
const { taken, toggle } = await import(new URL("proposing/taking.js", FOLDER));

/** All pixels of a rectangle. */
function flagsOf([left, top, width, height], work) {
  return Uint8Array.from({ length: work.width * work.height }, (_, at) => {
    const [x, y] = [at % work.width, Math.floor(at / work.width)];
    return x >= left && x < left + width && y >= top && y < top + height ? 1 : 0;
  });
}
const cornersOf = ([left, top, width, height]) => [left, top, left + width, top, left + width, top + height, left, top + height];
const bitsOf = (box, work) => (box ? pack(flagsOf(box, work), work.width, work.height) : empty(work.width, work.height));
const polygon = (box, erases) => ({ kind: "polygon", points: cornersOf(box), erases });
const proposalOf = ({ what, box }, work) => ({ kind: what, places: [{ what, box, corners: cornersOf(box) }], bits: async () => bitsOf(box, work) });

/** Kept and brought back, as what a database makes of it. */
function kept(work) {
  const parts = new Map();
  const names = new Map();
  const recorded = record(work, (large) => {
    if (!names.has(large)) names.set(large, String(names.size));
    parts.set(names.get(large), large);
    return names.get(large);
  });
  return { recorded: structuredClone(recorded), parts };
}

const STEPS = {
  paint: (work, box) => work.add(polygon(box, false)),
  rub: (work, box) => work.add(polygon(box, true)),
  trace: (work, box, what) => work.takeEffects({ bits: bitsOf(box, work), what }),
  leave: (work) => work.leaveEffects(),
  clear: (work) => work.clear(),
  undo: (work) => work.undo(),
  grow: async (work, by) => work.add(await work.grown(by)),
  invert: (work) => work.invert(),
  select: (work, box) => work.select(bitsOf(box, work), [], work.shapes),
  // Corrected: another outline in the place of the last one.
  correct: (work, box) => work.select(bitsOf(box, work), [], work.shapes.at(-1).selection.under),
  toggle: async (work, all, index) => {
    work.proposals ??= all.map((one) => proposalOf(one, work));
    await toggle(work, work.proposals, work.proposals[index]);
  },
  reopen: (work) => {
    const { recorded, parts } = kept(work);
    work.resume(replay(recorded, (name) => parts.get(name)));
  },
  erase: async (work, wanted, proposed) => {
    const { cut, erased } = await work.plan(wanted, proposed === undefined ? null : bitsOf(proposed, work));
    const name = String(++work.numbered);
    if (cut) work.show({ from: work.result, cut, erased, name, patches: [], picture: work.picture });
    const pixels = async (blob) => (blob ? JSON.parse(await blob.text()) : null);
    return cut && { full: cut.withEffects, hole: await pixels(cut.mask), effects: await pixels(cut.effects) };
  },
  look: async (work) => {
    const { bits } = await work.mask();
    const { left } = work.state;
    return { mask: [...unpack(bits)], taken: work.taken?.effects.what ?? null, left: left ? [...unpack(left.bits)] : null, chips: [...taken(work, work.proposals ?? [])].map(({ kind }) => kind) };
  },
  size: (work) => JSON.stringify(kept(work).recorded).length,
  // As releases before wrote it: what lies under what an object left was there as a whole.
  reopenOld: (work) => {
    const { recorded, parts } = kept(work);
    const whole = (number) => {
      const shape = structuredClone(recorded.shapes[number]);
      if (shape.effects) shape.effects.under = shape.effects.under.map(whole);
      return shape;
    };
    for (const shape of recorded.shapes) {
      if (!shape.effects) continue;
      shape.effects.under = shape.effects.under.map((one) => (typeof one === "number" ? whole(one) : one));
    }
    work.resume(replay(recorded, (name) => parts.get(name)));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { size, transparent, steps } = JSON.parse(line);
  try {
    const [width, height] = size;
    const work = new Work(new Blob(["x"]), new Blob(["x"]), "photo", { width, height }, { whole: transparent, transparent });
    const seen = [];
    for (const [step, ...given] of steps) {
      const told = await STEPS[step](work, ...given);
      if (["erase", "look", "size"].includes(step)) seen.push(told);
    }
    console.log(JSON.stringify({ result: seen }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.stack) }));
  }
}
// What the page has open, such as its channel to other tabs, would keep this one alive.
process.exit();
