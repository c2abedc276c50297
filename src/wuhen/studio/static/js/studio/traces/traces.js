/** What an object left beside the mask, looked for while the mask rests: shown, taken into it, or left. */

import { key } from "../../api/session.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../work.js").State} State */
/** @typedef {import("../strokes.js").Traced} Traced */

/** Milliseconds in which nothing else is done before it is looked. */
const REST = 800;

export class Traces {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.timer = 0;
    /** @type {{ state: State, over: AbortController } | null} While it is looked. */
    this.looking = null;
    /** @type {{ state: State, found: Traced | null } | null} What was found last, of which moment of the work. */
    this.known = null;
    /** @type {import("./chip.js").TraceChip | null} */
    this.chip = null;
    studio.addEventListener("change", () => this.#changed());
  }

  /** @returns {Traced | null} What would go beside what is painted, empty for nothing; null where nobody looked. */
  get proposed() {
    return this.known && this.known.state === this.studio.work?.state ? this.known.found : null;
  }

  /** Whether it is time for a look: something is painted, and nothing was said of what the object left. */
  get #wanted() {
    const { work, withEffects, running } = this.studio;
    return work !== null && withEffects && !running && work.shapes.length > 0 && !work.taken && !work.state.left;
  }

  #changed() {
    const { work } = this.studio;
    clearTimeout(this.timer);
    if (this.looking && (!this.#wanted || this.looking.state !== work?.state)) {
      this.looking.over.abort();
      this.looking = null;
    }
    this.show();
    if (this.#wanted && work && this.known?.state !== work.state && !this.looking && key()) this.timer = setTimeout(() => this.#look(work), REST);
  }

  /** Stand where there is room now. */
  async show() {
    try {
      if (this.shown) (await this.#make()).show();
    } catch {
      // The service is away.
    }
    if (!this.shown) this.chip?.leave();
  }

  /** Whether there is something to say of. */
  get shown() {
    const { work, withEffects } = this.studio;
    return Boolean(work && key() && (work.taken || (withEffects && (work.state.left || this.proposed?.what?.length))));
  }

  async #make() {
    const { TraceChip } = await import("./chip.js");
    this.chip ??= new TraceChip(this.studio);
    return this.chip;
  }

  /** @param {import("../work.js").Work} work */
  async #look(work) {
    const { state } = work;
    const looking = { state, over: new AbortController() };
    const { signal } = looking.over;
    this.looking = looking;
    try {
      const { seek } = await import("./chip.js");
      const found = await seek(work, signal);
      if (signal.aborted) return;
      this.known = { state, found };
      this.show();
    } catch {
      // Nobody asked for it, so nobody is told; nor is it asked again of the same mask.
      if (!signal.aborted) this.known = { state, found: null };
    } finally {
      if (this.looking === looking) this.looking = null;
    }
  }
}
