/** Which labels the photo and its result carry, and whether they hold; asked of the service when somebody wants to know. */

import { ask, base64 } from "../api/client.js";
import { largestFile, ownLimits } from "../api/limits.js";
import { h } from "../base/dom.js";
import { styled } from "../base/styles.js";
import { t } from "../base/words.js";
import { isMarked } from "../base/marking.js";
import { explain } from "../studio/explaining.js";
import { finish } from "../studio/export/finishing.js";
import { report } from "./report.js";
import "./speech.js";

/** @typedef {import("../studio/work.js").Work} Work */

/** @type {WeakMap<Blob, Promise<import("./report.js").Labels>>} What was asked before: a file does not change. */
const known = new WeakMap();

/** @param {Blob} file */
function labelsOf(file) {
  const asked = known.get(file) ?? base64(file).then((InputImage) => ask("DescribeLabels", { InputImage }));
  known.set(file, /** @type {Promise<import("./report.js").Labels>} */ (asked));
  // What failed may succeed the next time.
  asked.catch(() => known.delete(file));
  return /** @type {Promise<import("./report.js").Labels>} */ (asked);
}

/**
 * @param {string} title Key of its words.
 * @param {Promise<Blob> | null} given
 */
function section(title, given) {
  const body = h("div", { class: "l-body", role: "status" });
  const fill = async () => {
    body.replaceChildren(h("p", { class: "muted", text: t("labels.loading") }));
    if (!given) return body.replaceChildren(h("p", { class: "muted", text: t("labels.noResult") }));
    try {
      const file = await given;
      if (file.size > largestFile(await ownLimits())) return body.replaceChildren(h("p", { class: "muted", text: t("labels.tooLarge") }));
      body.replaceChildren(...report(await labelsOf(file)));
    } catch (error) {
      body.replaceChildren(h("p", { class: "l-bad", text: explain(error) }));
    }
    return undefined;
  };
  fill();
  return h("section", {}, h("h3", { text: t(title) }), body);
}

/** @param {Work} work */
export async function showLabels(work) {
  await styled("labels");
  const dialog = h(
    "dialog",
    { class: "labels", "aria-label": t("labels.title"), onclose: () => dialog.remove() },
    h("h2", { text: t("labels.title"), tabindex: "-1", autofocus: true }),
    h("p", { class: "muted", text: t("labels.about") }),
    h("div", { class: "l-files" }, section("labels.photo", Promise.resolve(work.file)), section("labels.result", work.result && finish(work, work.result, { marked: isMarked() }).then(({ file }) => file))),
    h("div", { class: "row" }, h("button", { type: "button", text: t("app.close"), onclick: () => dialog.close() })),
  );
  document.body.append(dialog);
  dialog.showModal();
}
