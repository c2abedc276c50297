/** How fast a batch gets on, and how much longer it takes. */

/** Photos after which their pace says something. */
const ENOUGH = 2;

export class Pace {
  constructor() {
    this.started = performance.now();
    this.photos = 0;
    this.pixels = 0;
  }

  /** @param {import("./items.js").Item} item One that was worked on. */
  ended({ size }) {
    this.photos++;
    this.pixels += size ? size.width * size.height : 0;
  }

  /**
   * @param {readonly import("./items.js").Item[]} left
   * @param {number} [now] As `performance.now` has it.
   * @returns {number | null} Seconds until they are done; null where nobody knows yet.
   */
  left(left, now = performance.now()) {
    if (this.photos < ENOUGH) return null;
    const seconds = (now - this.started) / 1000;
    const known = this.pixels > 0 && left.every(({ size }) => size);
    const share = known ? left.reduce((sum, { size }) => sum + (size ? size.width * size.height : 0), 0) / this.pixels : left.length / this.photos;
    return seconds * share;
  }
}

/**
 * @param {number} seconds
 * @returns {{ words: string, values: { number: number } }} As people say it: nobody counts seconds of an hour.
 */
export function roughly(seconds) {
  if (seconds < 50) return { words: "batch.seconds", values: { number: Math.max(5, Math.ceil(seconds / 5) * 5) } };
  if (seconds < 3300) return { words: "batch.minutes", values: { number: Math.max(1, Math.round(seconds / 60)) } };
  return { words: "batch.hours", values: { number: Math.round(seconds / 360) / 10 } };
}
