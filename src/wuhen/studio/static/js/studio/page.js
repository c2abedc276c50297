/** `<wh-studio>`: one photo, from opening to downloading. */

import { h } from "../base/dom.js";
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
import { MarkLayer } from "./export/mark-layer.js";
import { film } from "./film.js";
import { Hand } from "./hand.js";
import { listenToKeys } from "./keyboard.js";
import { openPhoto, pick, receive } from "./opening.js";
import { listen, zoomsPhoto } from "./pointer.js";
import { Proposing } from "./proposing/proposing.js";
import { Saving } from "./saving/saving.js";
import { Selection } from "./selection.js";
import { Unusable } from "./showing.js";
import { Stage } from "./stage.js";
import { Going } from "./underway/going.js";
import { Underway } from "./underway/underway.js";
import { Traces } from "./traces/traces.js";
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
    this.hand = new Hand(this);
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
    this.traces = new Traces(this);
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
      tool: (event) => this.hand.toolOf(event),
      hover: (event) => this.hand.hover(event),
      resize: (steps) => this.resize(steps),
    });
    zoomsPhoto(this, this.stage);
    this.stage.addEventListener("pointerleave", () => this.stage.outline(null));
    listenToKeys(this);
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

  /** @param {import("./kinds.js").Kind} [kind] Look for what is chosen, or for such alone. */
  async find(kind) {
    await this.#loading(async () => {
      const { Findings } = await loaded(import("./findings.js"));
      this.findings ??= new Findings(this);
      if (!this.findings.isConnected) this.stage.before(this.findings);
      this.findings.start(kind);
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
    const { work } = this;
    await this.selection.settled;
    // Another photo was not meant.
    if (!work || work !== this.work) return;
    const { withEffects } = this;
    const before = work.result;
    const effects = this.traces.proposed?.bits ?? null;
    await this.run((signal, told) => eraseWork(work, { withEffects, effects, signal, told }), { hole: work.shapes });
    // The list of what was found would leave a phone little room for the result.
    if (this.tool === "find" && work.result !== before && matchMedia("(max-width: 760px)").matches) this.choose("brush");
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

  /** Whether results get the visible mark. */
  get marked() {
    return isMarked();
  }

  set marked(on) {
    setMarked(on);
  }

  /** Have the result as another file than the usual one. */
  async export() {
    const { work } = this;
    if (!work?.result) return;
    const saved = () => {
      work.saved = true;
      this.tell(() => t("file.saved"));
    };
    await this.#loading(async () => (await loaded(import("./export/dialog.js"))).showExport(work, saved));
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

  /** @param {boolean} held Whether every tool moves the photo. */
  holdPhoto(held) {
    this.hand.moves = held;
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

  async help() {
    await this.#loading(async () => (await loaded(import("./help.js"))).showShortcuts(Object.values(this.commands)));
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

  /** @param {Work} work */
  #show(work) {
    this.bars ??= bars(this);
    const { tools, context, history, views, goal } = this.bars;
    const title = h("h1", { class: "heard", text: work.name });
    // The styles lay them out by name: on a desk, on a phone, on a phone that lies on its side.
    const foot = h("div", { class: "foot" }, history, views, goal);
    this.replaceChildren(title, context, tools, ...[this.findings ?? []].flat(), this.stage, this.variants, film(work), foot);
    // Until something is painted it is said what to do.
    const said = () => (work.shapes.length || work.result ? "status.photo" : "status.start");
    notices.restOn(() => t(said(), { name: work.name, width: work.width, height: work.height }));
    this.stage.compare = "off";
    this.stage.show(work);
    this.#changed();
  }

  #changed() {
    this.stage.classList.toggle("pans", this.hand.pans);
    this.stage.classList.toggle("points", ["lasso", "rectangle", "select", "find"].includes(this.tool));
    this.stage.refresh();
    notices.again();
    this.dispatchEvent(new Event("change"));
  }
}

customElements.define("wh-studio", Studio);
