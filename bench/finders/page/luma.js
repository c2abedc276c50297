/** How bright pixels are. */

/**
 * Luma (ITU-R BT.601), 0 to 255.
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @returns {Uint8Array} `width * height`
 */
export function luma({ pixels, width, height }) {
  const out = new Uint8Array(width * height);
  for (let p = 0, i = 0; p < out.length; p++, i += 4) {
    out[p] = (77 * pixels[i] + 150 * pixels[i + 1] + 29 * pixels[i + 2] + 128) >> 8;
  }
  return out;
}
