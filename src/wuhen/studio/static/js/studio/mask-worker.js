/** Masks as pixels: made from shapes, grown, inverted, written as PNG and read. Off the page's own thread. */

import { cutOut, empty, grow, intersection, invert, isEmpty, pack, union, unpack, without } from "./bits.js";
import { plan } from "./crops/planning.js";
import { cut, isScaled, toGrey } from "./reading.js";
import { draw } from "./strokes.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./strokes.js").Shape} Shape */

const HALF = 128;
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
  const context = contextOf(width, height);
  if (base?.kind === "raster") context.drawImage(picture(base.bits, [255, 255, 255]), 0, 0);
  draw(context, shapes.slice(last + 1), "#fff", width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const flags = new Uint8Array(width * height);
  for (let i = 0; i < flags.length; i++) flags[i] = data[4 * i + 3] >= HALF ? 1 : 0;
  return pack(flags, width, height);
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

/** @param {Bits} bits @returns {Promise<ImageBitmap>} */
function preview(bits) {
  const share = Math.min(1, PREVIEW / Math.max(bits.width, bits.height));
  return createImageBitmap(picture(bits, COLOUR), {
    resizeWidth: Math.max(1, Math.round(bits.width * share)),
    resizeHeight: Math.max(1, Math.round(bits.height * share)),
    resizeQuality: "medium",
  });
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
async function planned(painted, before, { withEffects, most, all }) {
  if (isEmpty(painted)) return { bits: painted, blank: true };
  const { hole, keepOut, erased, touched, again, part } = plan(painted, before, withEffects);
  // A fill that is filled anew is nowhere but in what is shown.
  const cut = most > 0 && (again || part[2] * part[3] <= most * painted.width * painted.height);
  const png = (/** @type {Bits} */ bits) => picture(cut ? cutOut(bits, part) : bits, [255, 255, 255], true).convertToBlob({ type: "image/png" });
  // In the photo itself there is no fill yet that part of could be filled anew.
  const asked = all ? erased : again && !cut ? union(hole, touched) : hole;
  const barred = all || !keepOut ? null : without(keepOut, asked);
  const [mask, keep] = await Promise.all([png(asked), barred && png(barred)]);
  return { bits: erased, blank: false, cut: { mask, keepOut: keep, again, part: cut ? part : null } };
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
 * @property {number[][]} [out] Corners of places that are not joined.
 * @property {number[][]} [kept] Those of the others.
 * @property {{ withEffects: boolean, most: number, all: boolean }} [how] Of an erasure: whether shadow and reflection go
 *   as well, the largest share of the photo that is cut out for it, and whether all that was erased is erased anew.
 */

/**
 * @param {Task} given
 * @returns {Promise<{ bits: Bits, blank: boolean, preview?: ImageBitmap, png?: Blob, cut?: Omit<import("./work.js").Cut, "withEffects"> }>}
 */
async function perform({ task, shapes = [], width, height, by = 0, added = null, file, out = [], kept = [], how }) {
  let bits = task === "read" && file ? await read(file, width, height) : rasterise(shapes, width, height);
  const blank = isEmpty(bits);
  if (how) return planned(bits, added, how);
  if (task === "grow") bits = grow(bits, by);
  if (task === "invert") bits = invert(bits);
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
