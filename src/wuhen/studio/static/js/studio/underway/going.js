/** Paint and go: what is painted is erased when the brush is lifted, and what is painted meanwhile is next. */

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../strokes.js").Shape} Shape */

const STORED = "wuhen.paintAndGo";
/** Milliseconds in which another stroke belongs to the same thing. */
const PAUSE = 500;

export class Going {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.timer = 0;
    /** @type {Shape[]} What was painted while something was being erased. */
    this.waiting = [];
    this.chosen = localStorage.getItem(STORED) === "yes";
  }

  get on() {
    return this.chosen;
  }

  /** @param {boolean} on Remembered by this browser. */
  set on(on) {
    this.chosen = on;
    localStorage.setItem(STORED, on ? "yes" : "no");
    if (!on) clearTimeout(this.timer);
    else if (this.studio.work?.shapes.length) this.#soon();
  }

  /** @param {Shape} shape That was painted by hand. */
  paint(shape) {
    const { work, running } = this.studio;
    if (running) this.#wait([...this.waiting, shape]);
    else {
      work?.add(shape);
      if (this.on) this.#soon();
    }
  }

  /** @returns {boolean} Whether something that waited was taken back. */
  undo() {
    if (!this.waiting.length) return false;
    this.#wait(this.waiting.slice(0, -1));
    return true;
  }

  /** Whatever ran is over, well or not: what waited is painted now. */
  next() {
    const { waiting, studio } = this;
    if (!waiting.length) return;
    this.#wait([]);
    // What was not erased is still painted: whoever has cancelled it wants to look at it first.
    const free = !studio.work?.shapes.length;
    studio.work?.replace([...studio.work.shapes, ...waiting]);
    if (this.on && free) this.#soon();
  }

  /** Another photo is worked on. */
  forget() {
    clearTimeout(this.timer);
    this.#wait([]);
  }

  /** @param {Shape[]} waiting */
  #wait(waiting) {
    this.waiting = waiting;
    this.studio.underway.layer.waiting = waiting;
    this.studio.underway.layer.draw();
    this.studio.dispatchEvent(new Event("change"));
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { stage, work } = this.studio;
      if (stage.draft) this.#soon();
      else if (work?.shapes.some((shape) => shape.kind === "raster" || !shape.erases)) this.studio.erase();
    }, PAUSE);
  }
}
