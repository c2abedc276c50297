/** The dialog that says how a result is kept: format, quality, metadata, mark, name; and how large that is. */

import { copiesPictures, copyPicture } from "../../base/clipboard.js";
import { download, h } from "../../base/dom.js";
import { sizeOf, stem } from "../../base/files.js";
import { isMarked, setMarked } from "../../base/marking.js";
import { styled } from "../../base/styles.js";
import { t } from "../../base/words.js";
import { explain } from "../explaining.js";
import { resultName } from "../opening.js";
import { finish } from "./finishing.js";
import "./speech.js";

/** @typedef {import("./finishing.js").Choices} Choices */
/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").Work} Work */

const FORMATS = /** @type {const} */ (["same", "jpeg", "png", "webp"]);
const NAMES = { jpeg: "JPEG", png: "PNG", webp: "WebP" };
const LOSSY = ["jpeg", "webp"];
const USUAL_QUALITY = 90;
/** Milliseconds without another choice after which the file is made. */
const PAUSE = 350;

class Exporting {
  /**
   * @param {Work} work
   * @param {Result} result
   * @param {() => void} saved Called once the file has gone out.
   */
  constructor(work, result, saved) {
    this.work = work;
    this.result = result;
    this.saved = saved;
    /** @type {Required<Choices>} */
    this.choices = { marked: isMarked(), format: "same", quality: USUAL_QUALITY, bare: false };
    /** @type {Blob | null} The file by these choices, once it is there. */
    this.file = null;
    this.stop = new AbortController();
    this.timer = 0;
    this.size = h("output", { class: "e-size", role: "status" });
    this.ending = h("span", { class: "muted" });
    this.name = h("input", { type: "text", id: "e-name", autocomplete: "off", spellcheck: "false", value: stem(resultName(work.name, work.file)) });
    this.quality = this.#qualityOf();
    this.keep = h("button", { type: "button", class: "primary", text: t("file.download"), onclick: () => this.#download() });
    this.share = h("button", { type: "button", text: t("export.share"), hidden: true, onclick: () => this.#share() });
    this.copy = h("button", { type: "button", text: t("file.copy"), hidden: !copiesPictures, onclick: () => this.#copy() });
    this.dialog = this.#dialogOf();
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#make();
  }

  #dialogOf() {
    const dialog = h(
      "dialog",
      { class: "export", "aria-label": t("export.title"), onclose: () => this.#closed(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressed(event) },
      h("h2", { text: t("export.title"), tabindex: "-1", autofocus: true }),
      h("fieldset", {}, h("legend", { text: t("export.format") }), h("div", { class: "e-formats" }, ...FORMATS.map((format) => this.#formatOf(format)))),
      this.quality,
      this.#boxOf("export.metadata", true, "export.metadataHint", (on) => this.#choose({ bare: !on })),
      this.#boxOf("erase.marked", this.choices.marked, "", (on) => {
        setMarked(on);
        this.#choose({ marked: on });
      }),
      h("label", { class: "e-name", for: "e-name" }, h("span", { text: t("export.name") }), h("span", { class: "row" }, this.name, this.ending)),
      h("p", { class: "e-line" }, h("span", { text: t("export.size") }), this.size),
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", text: t("app.close"), onclick: () => dialog.close() }),
        h("span", { class: "space" }),
        this.copy,
        this.share,
        this.keep,
      ),
    );
    return dialog;
  }

  /** @param {(typeof FORMATS)[number]} format */
  #formatOf(format) {
    const input = h("input", { type: "radio", name: "format", checked: format === this.choices.format, onchange: () => this.#choose({ format }) });
    return h("label", {}, input, h("span", { text: format === "same" ? t("export.same") : NAMES[format] }));
  }

  #qualityOf() {
    const shown = h("output", { text: String(USUAL_QUALITY) });
    const slider = h("input", { type: "range", min: 30, max: 100, value: USUAL_QUALITY, "aria-label": t("export.quality") });
    slider.addEventListener("input", () => {
      shown.textContent = slider.value;
      this.#choose({ quality: Number(slider.value) });
    });
    const line = h("label", { class: "e-line" }, h("span", { text: t("export.quality") }), slider, shown);
    return h("div", { hidden: true }, line, h("p", { class: "muted", text: t("export.qualityHint") }));
  }

  /**
   * @param {string} words
   * @param {boolean} checked
   * @param {string} hint
   * @param {(on: boolean) => void} chosen
   */
  #boxOf(words, checked, hint, chosen) {
    const box = h("input", { type: "checkbox", checked, onchange: () => chosen(box.checked) });
    return h("label", { class: "e-box" }, box, h("span", {}, t(words), hint && h("small", { class: "muted", text: t(hint) })));
  }

  /** @param {Partial<Choices>} some */
  #choose(some) {
    Object.assign(this.choices, some);
    this.quality.hidden = !LOSSY.includes(this.choices.format);
    this.#wait();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#make(), PAUSE);
  }

  #wait() {
    this.file = null;
    this.size.textContent = t("export.making");
    this.#show();
  }

  /** @returns {Choices} */
  get #asked() {
    const { quality, ...choices } = this.choices;
    return LOSSY.includes(choices.format) ? { quality, ...choices } : choices;
  }

  async #make() {
    this.#wait();
    const asked = JSON.stringify(this.choices);
    try {
      const { file } = await finish(this.work, this.result, this.#asked, this.stop.signal);
      if (asked !== JSON.stringify(this.choices)) return;
      this.file = file;
      this.size.textContent = sizeOf(file);
    } catch (error) {
      if (this.stop.signal.aborted || asked !== JSON.stringify(this.choices)) return;
      this.size.textContent = explain(error);
    }
    this.#show();
  }

  #show() {
    const { file } = this;
    for (const one of [this.keep, this.share, this.copy]) one.disabled = !file;
    if (!file) return;
    this.ending.textContent = endingOf(file);
    this.share.hidden = !navigator.canShare?.({ files: [this.#named(file)] });
  }

  /** @param {Blob} file */
  #named(file) {
    const name = this.name.value.trim().replace(/[\\/:*?"<>|]/g, "_") || stem(resultName(this.work.name, file));
    return new File([file], name + endingOf(file), { type: file.type });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    // What has the focus afterwards is not pressed.
    event.preventDefault();
    this.#download();
  }

  #download() {
    if (!this.file) return;
    const named = this.#named(this.file);
    download(named, named.name);
    this.dialog.close();
    this.saved();
  }

  async #share() {
    if (!this.file) return;
    try {
      await navigator.share({ files: [this.#named(this.file)] });
      this.dialog.close();
      this.saved();
    } catch (error) {
      // Whoever closes the sheet has not failed.
      if (!(error instanceof DOMException && error.name === "AbortError")) this.size.textContent = explain(error);
    }
  }

  async #copy() {
    const png = finish(this.work, this.result, { ...this.#asked, quality: undefined, format: "png" }, this.stop.signal).then(({ file }) => file);
    try {
      await copyPicture(png);
      this.size.textContent = t("file.copied");
    } catch (error) {
      this.size.textContent = explain(error);
    }
  }

  #closed() {
    clearTimeout(this.timer);
    this.stop.abort();
    this.dialog.remove();
  }
}

/** @param {Blob} file */
function endingOf(file) {
  return resultName("", file).replace(/^[^.]*/, "");
}

/**
 * @param {Work} work Of which there is a result.
 * @param {() => void} saved Called once the file has gone out.
 */
export async function showExport(work, saved) {
  await styled("export");
  if (work.result) new Exporting(work, work.result, saved).open();
}
