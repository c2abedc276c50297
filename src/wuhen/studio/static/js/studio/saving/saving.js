/** Autosave as the studio has it from its first moment: the rest comes when there is something to keep or to bring back. */

import { hasKept, keeps, openHere } from "../../base/keeping.js";
import { loaded } from "../../base/loading.js";
import { t } from "../../base/words.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../work.js").Work} Work */
/** @typedef {import("./keeper.js").Keeper} Keeper */
/** @typedef {import("./kept.js").Kept} Kept */

/** A photo that takes the whole tab down must not do so again and again. */
const TRYING = "wuhen.restoring";

export class Saving {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    /** @type {Keeper | null} */
    this.keeper = null;
    addEventListener("beforeunload", (event) => {
      if (!this.#safe) event.preventDefault();
    });
  }

  get #safe() {
    const { work } = this.studio;
    return !work || (work.saved && !work.shapes.length) || this.keeper?.safe === true;
  }

  /** Have a work kept from now on. @param {Work} work @param {Kept} [kept] */
  async begin(work, kept) {
    try {
      const { Keeper } = await loaded(import("./keeper.js"));
      this.keeper ??= new Keeper(this.studio);
      if (this.studio.work === work) this.keeper.begin(work, kept);
    } catch {
      // The service is away: the work is asked for when the tab is closed, and kept with the next photo.
    }
  }

  /** Whether the work may be left for another; the user is asked where it would be lost. @returns {Promise<boolean>} */
  async mayLeave() {
    await this.keeper?.flush();
    return this.#safe || confirm(t("file.leave"));
  }

  /** Bring back what this tab was working on. */
  async comeBack() {
    const id = openHere();
    if (!id || !keeps() || sessionStorage.getItem(TRYING)) return sessionStorage.removeItem(TRYING);
    sessionStorage.setItem(TRYING, id);
    await this.open(id, () => this.studio.work !== null);
    return sessionStorage.removeItem(TRYING);
  }

  /**
   * Open a work that is kept.
   *
   * @param {string} id
   * @param {() => boolean} [late] Whether the user has something else by now.
   */
  async open(id, late = () => false) {
    const { studio } = this;
    try {
      if (!(await this.mayLeave())) return;
      const { restored } = await loaded(import("./restoring.js"));
      const found = await restored(id, (say) => studio.tell(say));
      if (!found || late()) return;
      const { work, kept, settings } = found;
      studio.take(work, kept);
      studio.set(settings);
    } catch (error) {
      studio.fail(error);
    }
  }

  /** Show what is kept, while something is worked on. */
  async show() {
    try {
      const { showRecent } = await loaded(import("./recent.js"));
      await showRecent(this.studio);
    } catch (error) {
      this.studio.fail(error);
    }
  }

  /** Show what is kept, where there is anything. @param {HTMLElement} place */
  async list(place) {
    if (!hasKept()) return;
    const { Recent } = await loaded(import("./recent.js"));
    const recent = new Recent(this.studio);
    // Whoever has been here before wants their own photos rather than samples.
    const trials = place.querySelector(".trials");
    if (trials) trials.before(recent);
    else place.append(recent);
  }
}
