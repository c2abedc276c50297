/** Masks as pixels: made from shapes, grown, inverted, written as PNG and read. Off the page's own thread. */

import { cutOut, empty, extent, grow, intersection, invert, isEmpty, pack, union, unpack, without } from "./bits.js";
import { boundsOf, strips } from "./bounds.js";
import { plan } from "./crops/planning.js";
import { cut, isScaled, toGrey } from "./reading.js";
import { draw } from "./strokes.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./strokes.js").Shape} Shape */

const HALF = 128;
/** So many pixels are painted at a time: a canvas of 50 megapixels takes 200 MB, and as much again to be read. */
const STRIP = 4_000_000;
/** The longer side of what stands for a mask on the screen. */
const PREVIEW = 2048;
const COLOUR = [0xff, 0x33, 0x55];

/**
 * @param {number} width
 * @param {number} height
 */
function contextOf(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  return context;
}

/**
 * @param {readonly Shape[]} shapes
 * @param {number} width
 * @param {number} height
 * @returns {Bits}
 */
function rasterise(shapes, width, height) {
  const last = shapes.findLastIndex((shape) => shape.kind === "raster");
  const base = last < 0 ? null : shapes[last];
  if (last === shapes.length - 1) return base?.kind === "raster" ? base.bits : empty(width, height);
  const before = base?.kind === "raster" ? base.bits : null;
  const bits = before ? { ...before, packed: before.packed.slice() } : empty(width, height);
  const painted = shapes.slice(last + 1);
  const part = boundsOf(painted, width, height);
  for (const strip of part ? strips(part, STRIP) : []) {
    const [left, top, wide, high] = strip;
    const context = contextOf(wide, high);
    if (before) context.drawImage(picture(cutOut(before, strip), [255, 255, 255]), 0, 0);
    context.translate(-left, -top);
    draw(context, painted, "#fff", width, height);
    put(bits, strip, context.getImageData(0, 0, wide, high).data);
  }
  return bits;
}

/**
 * @param {Bits} bits What is changed.
 * @param {import("./bounds.js").Part} part
 * @param {Uint8ClampedArray} data What it is in the part: RGBA, opaque where it is in the mask.
 */
function put({ width, packed }, [left, top, wide, high], data) {
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const at = (top + y) * width + left + x;
      const bit = 1 << (at & 7);
      if (data[4 * (y * wide + x) + 3] >= HALF) packed[at >> 3] |= bit;
      else packed[at >> 3] &= ~bit;
    }
  }
}

/**
 * @param {Bits} bits
 * @param {readonly number[]} colour
 * @param {boolean} [opaque] Black where the mask is not, instead of clear.
 * @returns {OffscreenCanvas}
 */
function picture(bits, [red, green, blue], opaque = false) {
  const context = contextOf(bits.width, bits.height);
  const image = context.createImageData(bits.width, bits.height);
  const flags = unpack(bits);
  const words = new Uint32Array(image.data.buffer);
  const on = (0xff << 24) | (blue << 16) | (green << 8) | red;
  const off = opaque ? 0xff << 24 : 0;
  for (let i = 0; i < flags.length; i++) words[i] = flags[i] ? on : off;
  context.putImageData(image, 0, 0);
  return context.canvas;
}

/**
 * Make what stands for a mask on the screen: so many pixels of it become one, which is as opaque as they are many.
 *
 * @param {Bits} bits
 * @returns {Promise<ImageBitmap>}
 */
function preview({ width, height, packed }) {
  const side = Math.ceil(Math.max(width, height) / PREVIEW);
  const [wide, high] = [Math.ceil(width / side), Math.ceil(height / side)];
  const counts = new Uint16Array(wide * high);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / side) * wide;
    for (let x = 0, at = y * width; x < width; x++, at++) if (packed[at >> 3] & (1 << (at & 7))) counts[row + Math.floor(x / side)]++;
  }
  const image = new ImageData(wide, high);
  const words = new Uint32Array(image.data.buffer);
  const [red, green, blue] = COLOUR;
  for (let i = 0; i < words.length; i++) {
    const [x, y] = [i % wide, Math.floor(i / wide)];
    const whole = Math.min(side, width - x * side) * Math.min(side, height - y * side);
    words[i] = (Math.round((255 * counts[i]) / whole) << 24) | (blue << 16) | (green << 8) | red;
  }
  return createImageBitmap(image);
}

/**
 * Read a mask, scaled to the photo if its sides have the same ratio; else it stays as large as it is.
 *
 * @param {Blob} file
 * @param {number} width Of the photo.
 * @param {number} height
 * @returns {Promise<Bits>}
 */
async function read(file, width, height) {
  const image = await createImageBitmap(file);
  const same = image.width === width && image.height === height;
  const size = isScaled(image, { width, height }) ? { width, height } : image;
  const context = contextOf(size.width, size.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, size.width, size.height);
  const { data } = context.getImageData(0, 0, size.width, size.height);
  // Greys that come of scaling, or of lossy compression, are no edges.
  const sharp = same && !["image/jpeg", "image/webp"].includes(file.type);
  return pack(cut(toGrey(data, size.width), size.width, sharp), size.width, size.height);
}

/**
 * Grow a mask, where it is: the rest of a large photo has nothing to grow.
 *
 * @param {Bits} bits Not empty.
 * @param {number} by
 * @returns {Bits}
 */
function grown(bits, by) {
  const box = extent(bits);
  const reach = Math.abs(by);
  const [left, top] = [Math.max(0, box.left - reach), Math.max(0, box.top - reach)];
  const wide = Math.min(bits.width, box.left + box.width + reach) - left;
  const high = Math.min(bits.height, box.top + box.height + reach) - top;
  const flags = unpack(grow(cutOut(bits, [left, top, wide, high]), by));
  const all = empty(bits.width, bits.height);
  for (let y = 0, from = 0; y < high; y++) {
    for (let x = 0, to = (top + y) * bits.width + left; x < wide; x++, from++, to++) if (flags[from]) all.packed[to >> 3] |= 1 << (to & 7);
  }
  return all;
}

/**
 * Widen what was selected, but for where the user has said that it is not meant.
 *
 * @param {Bits} selected
 * @param {number} by
 * @param {Shape[]} apart
 * @returns {Bits}
 */
function widened(selected, by, apart) {
  return union(selected, without(grown(selected, by), rasterise(apart, selected.width, selected.height)));
}

/**
 * Take places out of what was found, but for what other places have in common with them.
 *
 * @param {Bits} found
 * @param {number[][]} out Their corners.
 * @param {number[][]} kept Those of the others.
 * @returns {Bits}
 */
function leftOut(found, out, kept) {
  const { width, height } = found;
  const polygon = (/** @type {boolean} */ erases) => (/** @type {number[]} */ points) => /** @type {Shape} */ ({ kind: "polygon", points, erases });
  const left = rasterise([{ kind: "raster", bits: found }, ...out.map(polygon(true))], width, height);
  return union(left, intersection(found, rasterise(kept.map(polygon(false)), width, height)));
}

/**
 * Plan an erasure, and make the masks that it takes: of the part that it works on, or of the whole photo.
 *
 * @param {Bits} painted
 * @param {Bits | null} before
 * @param {NonNullable<Task["how"]>} how
 */
async function planned(painted, before, { withEffects, effects = null, taken = false, treated = null, most, all }) {
  if (effects) [painted, effects] = taken ? [without(painted, effects), effects] : [painted, without(effects, painted)];
  if (isEmpty(painted)) return { bits: painted, blank: true };
  withEffects &&= !effects || !isEmpty(effects);
  const { hole, keepOut, erased, touched, again, part } = plan(painted, before, withEffects);
  if (all) {
    // What was treated before is asked for anew with all that was erased.
    const none = empty(painted.width, painted.height);
    treated = union(treated ?? none, withEffects ? (effects ?? invert(none)) : none);
    effects = without(treated, erased);
    withEffects = !isEmpty(effects);
  }
  // A fill that is filled anew is nowhere but in what is shown.
  const cut = most > 0 && (again || part[2] * part[3] <= most * painted.width * painted.height);
  const png = (/** @type {Bits} */ bits) => picture(cut ? cutOut(bits, part) : bits, [255, 255, 255], true).convertToBlob({ type: "image/png" });
  // In the photo itself there is no fill yet that part of could be filled anew.
  const asked = all ? erased : again && !cut ? union(hole, touched) : hole;
  const barred = all || !keepOut ? null : without(keepOut, asked);
  const [mask, keep, goes] = await Promise.all([png(asked), barred && png(barred), withEffects && effects ? png(effects) : null]);
  return { bits: erased, blank: false, cut: { mask, keepOut: keep, effects: goes, withEffects, again, part: cut ? part : null, ...(all && treated && { treated }) } };
}

/**
 * @typedef {object} Task
 * @property {number} id
 * @property {"bits" | "png" | "plan" | "grow" | "invert" | "read" | "raster"} task
 * @property {Shape[]} [shapes]
 * @property {number} width
 * @property {number} height
 * @property {number} [by]
 * @property {Bits | null} [added] A mask to join with.
 * @property {Blob} [file]
 * @property {Shape[]} [apart] Where that mask is not to be widened.
 * @property {number[][]} [out] Corners of places that are not joined.
 * @property {number[][]} [kept] Those of the others.
 * @property {{ withEffects: boolean, effects?: Bits | null, taken?: boolean, treated?: Bits | null, most: number, all: boolean }} [how]
 *   Of an erasure: whether shadow and reflection go as well, where alone, whether that is in the mask, where they went before, the
 *   largest share of the photo that is cut out for it, and whether all that was erased is erased anew.
 */

/**
 * @param {Task} given
 * @returns {Promise<{ bits: Bits, blank: boolean, preview?: ImageBitmap, png?: Blob, cut?: import("./work.js").Cut }>}
 */
async function perform({ task, shapes = [], width, height, by = 0, added = null, apart = [], file, out = [], kept = [], how }) {
  let bits = task === "read" && file ? await read(file, width, height) : rasterise(shapes, width, height);
  const blank = isEmpty(bits);
  if (how) return planned(bits, added, how);
  if (task === "grow" && !blank) bits = grown(bits, by);
  if (task === "invert") bits = invert(bits);
  if (added && by && task === "raster") added = widened(added, by, apart);
  if (added) bits = union(bits, out.length ? leftOut(added, out, kept) : added);
  if (task === "png") return { bits, blank, png: await picture(bits, [255, 255, 255], true).convertToBlob({ type: "image/png" }) };
  if (task === "bits") return { bits, blank };
  return { bits, blank, preview: await preview(bits) };
}

self.addEventListener("message", async ({ data }) => {
  try {
    self.postMessage({ id: data.id, ...(await perform(data)) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
});
