/** Making texts with pictures in them readable. Needs no browser. */

const LONG = /[A-Za-z0-9+/=]{160,}/g;
const SHOWN = 32;

/**
 * Shorten every long run of base64.
 *
 * @param {string} text
 * @param {(length: number) => string} left Says how much there was.
 */
export function folded(text, left) {
  return text.replace(LONG, (run) => `${run.slice(0, SHOWN)}… ${left(run.length)}`);
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(2)} MB`;
}
