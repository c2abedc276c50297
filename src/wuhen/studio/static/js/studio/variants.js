/** `<wh-variants>`: other ways to fill the same hole, to choose from. What it takes comes when it is asked for. */

import { loaded } from "../base/loading.js";

/** @typedef {import("./page.js").Studio} Studio */

export class Variants extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {import("./choices/panel.js").Panel | null} */
    this.panel = null;
    this.hidden = true;
  }

  /** Ask for other ways to fill what was erased; where they are there already, show the next. */
  async open() {
    const { studio } = this;
    const { work } = studio;
    if (!work?.result || work.shapes.length || studio.running) return;
    try {
      const { Panel } = await loaded(import("./choices/panel.js"));
      this.panel ??= new Panel(this, studio);
      await this.panel.open(work, work.result);
    } catch (error) {
      studio.fail(error);
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was meant for the choice.
   */
  pressed(event) {
    return this.panel?.pressed(event) ?? false;
  }
}

customElements.define("wh-variants", Variants);
