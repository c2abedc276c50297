/** How long something will still take, from how far it is. */

/** Less than this tells too little: milliseconds that have passed, and the fraction that is done. */
const SOONEST = 800;
const LEAST = 0.08;
/** How much the latest estimate counts beside those before it. */
const NEWEST = 0.4;

export class TimeLeft {
  /** @param {number} now In milliseconds, as all times here. */
  constructor(now) {
    this.began = now;
    /** When it will be over, as far as is known. */
    this.ends = 0;
  }

  /**
   * @param {number} done The fraction that is done, 0 to 1.
   * @param {number} now
   */
  note(done, now) {
    if (done === 0) this.began = now;
    const passed = now - this.began;
    if (passed < SOONEST || done < LEAST) return;
    const ends = this.began + passed / done;
    this.ends = this.ends ? this.ends + NEWEST * (ends - this.ends) : ends;
  }

  /**
   * @param {number} now
   * @returns {number | null} Whole seconds, at least 1; null where it is not known yet.
   */
  seconds(now) {
    return this.ends ? Math.max(1, Math.ceil((this.ends - now) / 1000)) : null;
  }
}
