/** Proposals as the studio has them from its first moment: whether they are wanted, and when it is time to look for them. */

import { key, keyChanged } from "../../api/session.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../work.js").Work} Work */

const STORED = "wuhen.proposes";
/** Milliseconds in which nothing else is done before it is looked. */
const REST = 800;

export class Proposing {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    this.timer = 0;
    /** @type {AbortController | null} While it is looked. */
    this.looking = null;
    /** @type {Work | null} What was looked at, or cannot be. */
    this.known = null;
    /** @type {import("./proposals.js").Proposals | null} */
    this.shown = null;
    for (const [source, name] of /** @type {const} */ ([[studio, "change"], [keyChanged, "change"]])) source.addEventListener(name, () => this.#changed());
  }

  /** Whether something is proposed; remembered by this browser. */
  get on() {
    return localStorage.getItem(STORED) !== "no";
  }

  set on(on) {
    localStorage.setItem(STORED, on ? "yes" : "no");
    if (!on) this.#forget();
    this.studio.dispatchEvent(new Event("change"));
  }

  #changed() {
    const { work, running } = this.studio;
    if (this.shown && this.shown.work !== work) this.#forget();
    // What the user asks for does not wait for what nobody asked for.
    if (running || this.looking?.signal.aborted) this.#stop();
    else if (work && work !== this.known && this.on && key()) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#look(work), REST);
    }
  }

  #stop() {
    clearTimeout(this.timer);
    this.looking?.abort();
    this.looking = null;
  }

  #forget() {
    this.#stop();
    this.known = null;
    this.shown?.remove();
    this.shown = null;
  }

  /** @param {Work} work */
  async #look(work) {
    const { studio } = this;
    if (studio.work !== work || this.looking) return;
    const looking = new AbortController();
    this.looking = looking;
    try {
      const { Proposals, propose, findable } = await import("./proposals.js");
      const found = await propose(work, looking.signal);
      if (looking.signal.aborted || studio.work !== work) return;
      this.known = work;
      if (found.length || (await findable(["objects"])).length) this.shown = new Proposals(studio, work, found);
    } catch {
      // Nobody asked for it, so nobody is told; a call that was cancelled is made again when there is time.
      if (!looking.signal.aborted) this.known = work;
    } finally {
      if (this.looking === looking) this.looking = null;
    }
  }
}
