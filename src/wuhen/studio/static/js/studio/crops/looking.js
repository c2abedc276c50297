/** What a photo's file says of its colours before it is decoded: whether a part of it can be cut out here. */

/**
 * @typedef {object} Look
 * @property {boolean} whole Whether it has to be sent whole: more than 8 bits, inks, transparency, or a format that only
 *   the service reads would be lost on a canvas.
 * @property {boolean} transparent Whether anything shows through it.
 * @property {Uint8Array | null} profile Its ICC profile.
 * @property {Uint8Array[]} chunks What says of a PNG's colours how they are meant, as chunks.
 */

/** Bytes that are looked at; profiles lie before the picture. */
const HEAD = 4 * 2 ** 20;
/** Pixels that are looked at at once. */
const BAND = 2 ** 20;
const OPAQUE = 255;
const COLOURS = ["iCCP", "gAMA", "cHRM", "sRGB", "cICP", "mDCV", "cLLI"];
const PROFILE = "ICC_PROFILE\0";

/**
 * @param {Blob} file
 * @param {(() => boolean) | null} [shows] Whether anything shows through the picture, where its file may say so: many have
 *   an alpha channel that says nothing.
 * @returns {Promise<Look>}
 */
export async function look(file, shows = null) {
  const found = await lookAtHead(file);
  const transparent = found.transparent && (shows ? shows() : true);
  return { ...found, transparent, whole: found.whole || transparent };
}

/**
 * Whether anything shows through a picture.
 *
 * @param {ImageBitmap} bitmap
 */
export function isTransparent(bitmap) {
  const { width, height } = bitmap;
  const rows = Math.max(1, Math.min(height, Math.floor(BAND / width)));
  const context = new OffscreenCanvas(width, rows).getContext("2d", { willReadFrequently: true });
  if (!context) return true;
  for (let top = 0; top < height; top += rows) {
    const high = Math.min(rows, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, top, width, high, 0, 0, width, high);
    const words = new Uint32Array(context.getImageData(0, 0, width, high).data.buffer);
    if (words.some((word) => word >>> 24 < OPAQUE)) return true;
  }
  return false;
}

/** @param {Blob} file @returns {Promise<Look>} */
async function lookAtHead(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const unknown = { whole: true, transparent: false, profile: null, chunks: [] };
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return lookAtJpeg(bytes);
    if (text(bytes, 1, 3) === "PNG") return lookAtPng(bytes);
    if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return lookAtWebp(bytes);
  } catch (error) {
    // A head that ends within a field: whoever reads it whole may know more.
    if (!(error instanceof RangeError)) throw error;
  }
  return unknown;
}

/** @param {Uint8Array} bytes @param {number} at @param {number} length */
function text(bytes, at, length) {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** @param {Uint8Array} bytes */
function viewOf({ buffer, byteOffset, byteLength }) {
  return new DataView(buffer, byteOffset, byteLength);
}

/** @param {Uint8Array} bytes @returns {Look} */
function lookAtJpeg(bytes) {
  const view = viewOf(bytes);
  /** @type {Map<number, Uint8Array>} */
  const parts = new Map();
  let plain = false;
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const length = view.getUint16(at + 2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) plain = view.getUint8(at + 4) === 8 && [1, 3].includes(view.getUint8(at + 9));
    if (marker === 0xe2 && text(bytes, at + 4, PROFILE.length) === PROFILE) {
      parts.set(view.getUint8(at + 4 + PROFILE.length), bytes.subarray(at + 6 + PROFILE.length, at + 2 + length));
    }
    at += 2 + length;
  }
  const profile = joined([...parts].sort(([one], [other]) => one - other).map(([, part]) => part));
  return { whole: !plain, transparent: false, profile: profile.length ? profile : null, chunks: [] };
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes @returns {Look} */
function lookAtPng(bytes) {
  const view = viewOf(bytes);
  const deep = view.getUint8(24) > 8;
  let transparent = [4, 6].includes(view.getUint8(25));
  const chunks = [];
  for (let at = 8; ; ) {
    const length = view.getUint32(at);
    const kind = text(bytes, at + 4, 4);
    if (kind === "IDAT" || kind === "IEND") break;
    if (kind === "tRNS") transparent = true;
    if (COLOURS.includes(kind)) chunks.push(bytes.slice(at, at + 12 + length));
    at += 12 + length;
  }
  return { whole: deep, transparent, profile: null, chunks };
}

/** @param {Uint8Array} bytes @returns {Look} */
function lookAtWebp(bytes) {
  const view = viewOf(bytes);
  let transparent = false;
  let moving = false;
  let profile = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const kind = text(bytes, at, 4);
    const length = view.getUint32(at + 4, true);
    if (kind === "VP8X") {
      transparent = (view.getUint8(at + 8) & 0x10) !== 0;
      moving = (view.getUint8(at + 8) & 0x02) !== 0;
    }
    if (kind === "VP8L") transparent = (view.getUint8(at + 12) & 0x10) !== 0;
    if (kind === "ICCP") profile = bytes.slice(at + 8, at + 8 + length);
    if (kind.startsWith("VP8") && kind !== "VP8X") break;
    at += 8 + length + (length & 1);
  }
  return { whole: moving, transparent, profile, chunks: [] };
}
