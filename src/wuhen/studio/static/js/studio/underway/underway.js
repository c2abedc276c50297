/** What the service is doing: how far it is, how long it will take, and what it will come to. */

import { h } from "../../base/dom.js";
import { styled } from "../../base/styles.js";
import { inWords, t } from "../../base/words.js";
import { Layer } from "./layer.js";
import { TimeLeft } from "./left.js";
import "./speech.js";

/** @typedef {import("../../api/events.js").News} News */
/** @typedef {import("../strokes.js").Shape} Shape */

export class Underway {
  /** @param {import("../stage.js").Stage} stage */
  constructor(stage) {
    this.layer = new Layer(stage);
    this.bar = h("div", { class: "underway-bar", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", hidden: true });
    this.left = new TimeLeft(0);
    stage.append(this.layer.canvas, this.bar);
    inWords(() => this.bar.setAttribute("aria-label", t("underway.label")));
  }

  /** Have its styles come with the photo: the service may be away when something is to be done. */
  prepare() {
    styled("underway");
  }

  /**
   * @param {readonly Shape[]} hole What is going to be erased; nothing where something else is done.
   * @param {string} words What is told meanwhile.
   * @returns {() => string} Says it, as far as it is now.
   */
  begin(hole, words) {
    const began = performance.now();
    this.left = new TimeLeft(began);
    this.layer.begin(hole);
    this.bar.hidden = false;
    this.bar.removeAttribute("aria-valuenow");
    this.bar.style.removeProperty("--done");
    return () => {
      const now = performance.now();
      const seconds = this.left.seconds(now);
      return seconds === null ? t(words, { seconds: ((now - began) / 1000).toFixed(0) }) : t(`${words}Left`, { seconds });
    };
  }

  /** @param {News} news */
  hear({ done, preview }) {
    this.left.note(done, performance.now());
    this.bar.setAttribute("aria-valuenow", String(Math.round(100 * done)));
    this.bar.style.setProperty("--done", String(done));
    if (preview) this.layer.show(preview);
  }

  end() {
    this.bar.hidden = true;
    this.layer.clear();
  }
}
