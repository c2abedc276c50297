/** The bar below a batch: how far it is, and the one thing to do next. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { roughly } from "./pace.js";

/** @typedef {import("./items.js").Batch} Batch */

/**
 * @typedef {object} Running What the bar has to know of the page.
 * @property {() => boolean} running
 * @property {() => number | null} left Seconds.
 * @property {() => void} start
 * @property {() => void} pause
 * @property {() => void} again
 * @property {() => void} zip
 */

/**
 * @param {Batch} batch
 * @param {Running} page
 * @returns {{ bar: HTMLElement, update: () => void }}
 */
export function footOf(batch, page) {
  const start = h("button", { type: "button", onclick: page.start });
  const pause = h("button", { type: "button", onclick: page.pause });
  const again = h("button", { type: "button", class: "plain", onclick: page.again });
  const zip = h("button", { type: "button", onclick: page.zip });
  const progress = h("progress");
  const summary = h("p", { class: "summary" });
  // Heard when something ends, not at every photo.
  const heard = h("p", { class: "heard", role: "status" });
  const bar = h("div", { class: "batch-foot" }, h("div", { class: "far" }, progress, summary, heard), h("div", { class: "row" }, again, start, pause, zip));
  let before = false;
  const update = () => {
    const counts = batch.count();
    const running = page.running();
    const open = counts.ready + counts.failed;
    bar.hidden = !counts.all;
    start.hidden = running || open === 0;
    start.textContent = t(counts.done ? "batch.goOn" : open === 1 ? "batch.startOne" : "batch.start", { number: open });
    pause.hidden = !running;
    again.hidden = running || open > 0 || !counts.done;
    zip.hidden = !counts.done;
    zip.disabled = counts.running > 0;
    zip.textContent = t("batch.zip", { number: counts.done });
    start.classList.toggle("primary", open > 0);
    zip.classList.toggle("primary", open === 0);
    progress.max = Math.max(1, counts.all - counts.troubled);
    progress.value = counts.done + counts.failed;
    progress.hidden = !running && progress.value === 0;
    summary.textContent = summaryOf(counts, running ? page.left() : null);
    if (before !== running) heard.textContent = summary.textContent;
    before = running;
  };
  inWords(() => {
    progress.setAttribute("aria-label", t("batch.progress"));
    pause.textContent = t("batch.pause");
    again.textContent = t("batch.allAgain");
    update();
  });
  return { bar, update };
}

/**
 * @param {ReturnType<Batch["count"]>} counts
 * @param {number | null} left
 * @returns {string}
 */
function summaryOf({ all, ready, running, done, failed, troubled, undecided }, left) {
  if (undecided && !done) return t("batch.undecidedAll");
  const parts = [t("batch.summary", { done, all })];
  if (failed) parts.push(t("batch.failedOf", { number: failed }));
  if (troubled) parts.push(t("batch.troubledOf", { number: troubled }));
  if (left !== null && ready + running > 0) {
    const { words, values } = roughly(left);
    parts.push(t(words, values));
  }
  return parts.join(" · ");
}
