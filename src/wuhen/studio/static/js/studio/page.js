/** `<wh-studio>`: one photo, from opening to downloading. */

import { copiesPictures, copyPicture } from "../base/clipboard.js";
import { download, h } from "../base/dom.js";
import { FocusKeeper } from "../base/focus.js";
import { loaded } from "../base/loading.js";
import { isMarked, setMarked } from "../base/marking.js";
import { notices } from "../base/notices.js";
import { t } from "../base/words.js";
import { askForKey } from "../keys.js";
import { bars } from "./bars.js";
import { commands } from "./commands.js";
import { eraseWork } from "./erasing.js";
import { detailsOf, explain, isWrong, lacksKey } from "./explaining.js";
import { finish } from "./export/finishing.js";
import { MarkLayer } from "./export/mark-layer.js";
import { film } from "./film.js";
import { openPhoto, pick, receive, resultName } from "./opening.js";
import { listen, zoomsPhoto } from "./pointer.js";
import { Proposing } from "./proposing/proposing.js";
import { Saving } from "./saving/saving.js";
import { Selection } from "./selection.js";
import { isPressing, isTyping, nameOf, showShortcuts } from "./shortcuts.js";
import { Unusable } from "./showing.js";
import { Stage } from "./stage.js";
import { brush, lasso, pointer, rectangle, scribble } from "./tools.js";
import { Going } from "./underway/going.js";
import { Underway } from "./underway/underway.js";
import { isPicture, refusalOf } from "./types.js";
import { Variants } from "./variants.js";
import { welcome } from "./welcome.js";

/** @typedef {"brush" | "eraser" | "lasso" | "rectangle" | "select" | "find" | "pan"} ToolName */
/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("../base/notices.js").Said} Said */
/** @typedef {import("../base/notices.js").How} How */
/** @typedef {Said | { say: Said } & How} Outcome What is told when something has been done. */

const SMALLEST = 1;
const LARGEST = 600;
const GROWING = 4;

export class Studio extends HTMLElement {
  constructor() {
    super();
    /** @type {Work | null} */
    this.work = null;
    /** @type {ToolName} */
    this.tool = "brush";
    this.size = 40;
    this.withEffects = false;
    /** @type {AbortController | null} While a call is running. */
    this.running = null;
    this.panning = false;
    this.stage = new Stage();
    this.underway = new Underway(this.stage);
    this.going = new Going(this);
    this.commands = commands(this);
    this.selection = new Selection(this);
    /** @type {import("./findings.js").Findings | null} Comes when something is first looked for. */
    this.findings = null;
    this.variants = new Variants(this);
    this.saving = new Saving(this);
    this.proposing = new Proposing(this);
    /** So many photos were opened, or are about to be. */
    this.opened = 0;
    this.markLayer = new MarkLayer(this);
    /** @type {import("./placing/placing.js").Placing | null} */
    this.placing = null;
    this.focusKeeper = new FocusKeeper(this, this.stage);
    this.addEventListener("change", () => queueMicrotask(() => this.focusKeeper.keep(this.running !== null)));
    /** @type {import("./bars.js").Bars | null} */
    this.bars = null;
  }

  connectedCallback() {
    receive(this, (files) => this.openFirst(files), (address) => this.address(address), (others) => this.refuse(others));
    listen(this.stage, {
      tool: (event) => this.#toolOf(event),
      hover: (event) => this.#hover(event),
      resize: (steps) => this.resize(steps),
    });
    zoomsPhoto(this, this.stage);
    this.stage.addEventListener("pointerleave", () => this.stage.outline(null));
    document.addEventListener("keydown", (event) => this.#pressed(event));
    document.addEventListener("keyup", (event) => this.#released(event));
    this.replaceChildren(welcome(this));
    this.saving.comeBack();
  }

  /**
   * @param {Blob} file
   * @param {string} name
   */
  async open(file, name) {
    const order = ++this.opened;
    if (!(await this.saving.mayLeave())) return;
    try {
      this.cancel();
      this.tell("");
      const work = await openPhoto(file, name, (say) => this.tell(say));
      // A small one that was opened after a large one is there before it.
      if (order === this.opened) this.take(work);
    } catch (error) {
      if (order === this.opened) this.fail(error);
    }
  }

  /**
   * Work on something from now on.
   *
   * @param {Work} work
   * @param {import("./saving/kept.js").Kept} [kept] As what it was kept, where it comes from there.
   */
  take(work, kept) {
    this.work = work;
    this.underway.prepare();
    this.going.forget();
    work.addEventListener("change", () => this.#changed());
    work.addEventListener("prepared", () => this.stage.refresh());
    this.#show(work);
    this.saving.begin(work, kept);
  }

  /**
   * Set the tools as they were.
   *
   * @param {Partial<Pick<Studio, "tool" | "size" | "withEffects">>} settings
   */
  set(settings) {
    Object.assign(this, settings);
    this.dispatchEvent(new Event("size"));
    this.#changed();
  }

  /**
   * Open the first of several photos, and offer to do the others as a batch.
   *
   * @param {File[]} files
   */
  async openFirst(files) {
    const [first, ...rest] = files;
    const { work } = this;
    await this.open(first, first.name);
    if (!rest.length || this.work === work) return;
    const run = () => this.dispatchEvent(new CustomEvent("batch", { detail: files }));
    this.tell(() => t("open.several", { name: first.name, count: rest.length }), { action: { words: "open.asBatch", run } });
  }

  /** @param {File[]} files That are no pictures. */
  refuse([file]) {
    this.fail(new Unusable(refusalOf(file), { name: file.name }));
  }

  async pick() {
    const [file] = await pick();
    if (!file) return;
    if (isPicture(file)) await this.open(file, file.name);
    else this.refuse([file]);
  }

  /** @param {string} [given] What to fetch; without it the user is asked. */
  async address(given) {
    if (document.querySelector("dialog[open]")) return;
    await this.#loading(async () => {
      const { fetchPhoto } = await loaded(import("./address.js"));
      const file = await fetchPhoto(given);
      if (file) await this.open(file, file.name);
    });
  }

  /** Look for text and watermarks. */
  async find() {
    await this.#loading(async () => {
      const { Findings } = await loaded(import("./findings.js"));
      this.findings ??= new Findings(this);
      if (!this.findings.isConnected) this.stage.before(this.findings);
      this.findings.start();
    });
  }

  async labels() {
    const { work } = this;
    if (work) await this.#loading(async () => (await loaded(import("../labels/panel.js"))).showLabels(work));
  }

  /** @param {string} [name] Which; without it the first. */
  async sample(name) {
    await this.#loading(async () => {
      const { openSample, SAMPLES } = await loaded(import("./samples/samples.js"));
      await openSample(this, name ?? SAMPLES[0]);
    });
  }

  async erase() {
    const work = this.work;
    await this.selection.settled;
    const { withEffects } = this;
    if (work) await this.run((signal, told) => eraseWork(work, { withEffects, signal, told }), { hole: work.shapes });
  }

  /**
   * @param {(signal: AbortSignal, told: import("../api/client.js").Told) => Promise<Outcome>} act Something that the
   *   service takes a while for.
   * @param {{ words?: string, hole?: readonly import("./strokes.js").Shape[] }} [how] What is told meanwhile, and where
   *   it is shown what comes of it.
   */
  async run(act, { words = "erase.running", hole = [] } = {}) {
    if (this.running) return;
    this.running = new AbortController();
    const again = this.tell(this.underway.begin(hole, words), { kind: "busy" });
    const timer = setInterval(again, 1000);
    this.#changed();
    try {
      const told = await act(this.running.signal, (news) => this.underway.hear(news));
      if (typeof told === "object") this.tell(told.say, told);
      else this.tell(told);
    } catch (error) {
      this.fail(error);
    } finally {
      clearInterval(timer);
      this.running = null;
      this.underway.end();
      this.going.next();
      this.#changed();
    }
  }

  undo() {
    if (!this.going.undo() && !this.running) this.work?.undo();
  }

  redo() {
    if (!this.running) this.work?.redo();
  }

  cancel() {
    this.running?.abort();
  }

  /** @param {() => Promise<void>} act Something that takes a moment. */
  async busy(act) {
    this.tell(() => t("mask.working"), { kind: "busy" });
    try {
      await act();
      this.tell("");
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {number} by */
  grow(by) {
    const { work } = this;
    if (work?.shapes.length) this.busy(async () => work.add(await work.grown(by * GROWING)));
  }

  invert() {
    const { work } = this;
    if (work) this.busy(() => work.invert());
  }

  async importMask() {
    const [file] = await pick();
    if (file) await this.busy(async () => this.work?.take({ file }, false));
  }

  async exportMask() {
    if (this.work) download((await this.work.mask()).png, `${this.work.name.replace(/\.[^.]*$/, "")}_mask.png`);
  }

  /** Whether results get the visible mark. */
  get marked() {
    return isMarked();
  }

  set marked(on) {
    setMarked(on);
  }

  async download() {
    const work = this.work;
    const result = work?.result;
    if (!work || !result) return;
    await this.run(async (signal) => {
      const { file, remarks } = await finish(work, result, { marked: this.marked }, signal);
      download(file, resultName(work.name, file));
      work.saved = true;
      return saved(remarks);
    }, { words: "file.finishing" });
  }

  async export() {
    const { work } = this;
    if (work?.result) await this.#loading(async () => (await loaded(import("./export/dialog.js"))).showExport(work));
  }

  async copy() {
    const work = this.work;
    const result = work?.result;
    if (!work || !result) return;
    if (!copiesPictures) {
      this.tell(() => t("file.noCopy"));
      return;
    }
    await this.run(async (signal) => {
      // The clipboard is asked before the file is there: a browser lets pages do it only just after a key or a press.
      const png = finish(work, result, { marked: this.marked, format: "png" }, signal).then(({ file }) => file);
      await copyPicture(png);
      return () => t("file.copied");
    }, { words: "file.finishing" });
  }

  /** @param {ToolName} tool */
  choose(tool) {
    this.tool = tool;
    this.stage.outline(null);
    this.#changed();
  }

  /** @param {number} steps */
  resize(steps) {
    this.size = Math.min(LARGEST, Math.max(SMALLEST, Math.round(this.size * 1.15 ** steps + Math.sign(steps))));
    this.dispatchEvent(new Event("size"));
  }

  /** @param {"split" | "side"} how */
  compare(how) {
    this.stage.compare = this.stage.compare === how ? "off" : how;
    this.stage.refresh();
    this.#changed();
  }

  loupe() {
    this.stage.loupe.toggle();
    this.#changed();
  }

  /** @param {boolean} shown */
  original(shown) {
    this.stage.original = shown;
    this.stage.refresh();
  }

  /** Place a rectangle by keys. */
  async place() {
    if (!this.work || this.running) return;
    this.choose("rectangle");
    await this.#loading(async () => {
      const { Placing } = await loaded(import("./placing/placing.js"));
      this.placing ??= new Placing(this);
      this.placing.begin();
    });
  }

  help() {
    showShortcuts(Object.values(this.commands));
  }

  /** Whether what is painted is erased as soon as the brush is lifted. */
  get goes() {
    return this.going.on;
  }

  set goes(on) {
    this.going.on = on;
    this.#changed();
  }

  /**
   * Tell the user something.
   *
   * @param {Said} said
   * @param {How} [how]
   * @returns {() => void} Says it anew, where it is still shown.
   */
  tell(said, how) {
    return notices.tell(said, how);
  }

  /**
   * Tell the user why something did not come about.
   *
   * @param {unknown} error
   */
  fail(error) {
    const action = lacksKey(error) ? { words: "key.signIn", run: () => askForKey() } : undefined;
    this.tell(() => explain(error), { kind: isWrong(error) ? "error" : "info", action, details: detailsOf(error) });
  }

  /** @param {() => Promise<void>} act Something that needs a part of the page which may not come. */
  async #loading(act) {
    try {
      await act();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {PointerEvent} event */
  #toolOf(event) {
    const work = this.work;
    const queues = this.going.on && ["brush", "lasso", "rectangle"].includes(this.tool);
    if (!work || (this.running && !queues) || this.#pans() || event.button === 1) return null;
    const add = (/** @type {import("./strokes.js").Shape} */ shape) => {
      if (!this.running) this.tell("");
      this.going.paint(shape);
    };
    const erases = this.tool === "eraser" || event.altKey || event.button === 2;
    if (this.tool === "lasso") return lasso(this.stage, erases, add);
    if (this.tool === "rectangle") return rectangle(this.stage, erases, add);
    if (this.tool === "select") {
      return scribble(this.stage, (points) => this.selection.add(points, erases || this.selection.takesAway));
    }
    if (this.tool === "find") return pointer(this.stage, (...pointed) => this.findings?.pointedAt(...pointed));
    return brush(this.stage, this.size, erases, this.#lastEnd, add);
  }

  #pans() {
    return this.panning || this.tool === "pan" || this.stage.loupe.on || this.stage.beside;
  }

  /** @returns {[number, number] | null} Where the last stroke ended. */
  get #lastEnd() {
    const last = this.work?.shapes.at(-1);
    if (last?.kind !== "stroke") return null;
    const [x, y] = last.points.slice(-3);
    return [x, y];
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (event.pointerType === "touch" || this.#pans() || !["brush", "eraser"].includes(this.tool) || !this.work) return;
    const { left, top } = this.stage.getBoundingClientRect();
    const radius = Math.max(1, Math.max(this.size, this.stage.view.scale) / 2);
    const [x, y] = [event.clientX - left, event.clientY - top];
    // Where a click would draw a line to.
    const from = event.shiftKey && !event.buttons && this.#lastEnd;
    this.stage.outline((context) => {
      if (from) {
        context.moveTo(...this.stage.onScreen(...from));
        context.lineTo(x, y);
      }
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (!this.isConnected || this.closest("[hidden]") || isTyping(event) || document.querySelector("dialog[open], :popover-open")) return;
    if (event.key === "Enter" && isPressing(event)) return;
    if ([this.placing, this.selection, this.findings, this.variants].some((one) => one?.pressed(event))) event.preventDefault();
    else if (event.key === " " && !isPressing(event)) {
      event.preventDefault();
      this.panning = true;
      this.#changed();
    } else if (event.key === "\\") this.original(true);
    else {
      /** @type {import("./buttons.js").Command[]} */
      const all = Object.values(this.commands);
      const found = all.find((command) => command.keys === nameOf(event));
      if (found) {
        event.preventDefault();
        found.run();
      }
    }
  }

  /** @param {KeyboardEvent} event */
  #released(event) {
    if (event.key === " ") {
      this.panning = false;
      this.#changed();
    } else if (event.key === "\\") this.original(false);
  }

  /** @param {Work} work */
  #show(work) {
    this.bars ??= bars(this);
    const { tools, context, history, views, goal } = this.bars;
    const title = h("h1", { class: "heard", text: work.name });
    // The styles lay them out by name: on a desk, on a phone, on a phone that lies on its side.
    const foot = h("div", { class: "foot" }, history, views, goal);
    this.replaceChildren(title, context, tools, ...[this.findings ?? []].flat(), this.stage, this.variants, film(work), foot);
    notices.restOn(() => t("status.photo", { name: work.name, width: work.width, height: work.height }));
    this.stage.compare = "off";
    this.stage.show(work);
    this.#changed();
  }

  #changed() {
    this.stage.classList.toggle("pans", this.#pans());
    this.stage.classList.toggle("points", ["lasso", "rectangle", "select", "find"].includes(this.tool));
    this.stage.refresh();
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {readonly string[]} remarks @returns {Outcome} */
function saved(remarks) {
  if (!remarks.length) return () => t("file.saved");
  return { say: () => t("file.savedWithRemarks"), details: () => remarks };
}

customElements.define("wh-studio", Studio);
