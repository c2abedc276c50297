/** Calls over time: how many there were and how many failed, and how long the others took; as pictures and as a table. */

import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";
import { durationOf } from "./say.js";
import { line, peak, slotsOf, stack } from "./plot.js";

/** @typedef {import("./plot.js").Statistics} Statistics */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 96;
const DAY = 86_400;

export class CallChart extends HTMLElement {
  constructor() {
    super();
    /** @type {Statistics} */
    this.statistics = { Step: 1, Points: [] };
    this.summary = h("summary");
    this.counts = figure();
    this.times = figure();
    this.table = h("table", { class: "i-table" });
    this.asTable = h("summary");
    const table = h("details", { class: "i-numbers" }, this.asTable, h("div", { class: "i-scroll", tabindex: "0", role: "region" }, this.table));
    this.region = /** @type {HTMLElement} */ (table.lastElementChild);
    this.hidden = true;
    // Where there is little room, the list comes first.
    const open = !matchMedia("(max-width: 900px), (max-height: 700px)").matches;
    this.append(h("details", { open }, this.summary, h("div", { class: "i-charts" }, this.counts.element, this.times.element), table));
    new ResizeObserver(() => this.#draw()).observe(this);
    inWords(() => this.#draw());
  }

  /** @param {Statistics} statistics */
  show(statistics) {
    this.statistics = statistics;
    this.#draw();
  }

  #draw() {
    const { Step, Points } = this.statistics;
    this.hidden = !Points.length;
    if (this.hidden) return;
    const slots = slotsOf(this.statistics);
    const failed = slots.reduce((sum, { Errors }) => sum + Errors, 0);
    const all = slots.reduce((sum, { Calls }) => sum + Calls, 0);
    const from = slots[0].Time;
    const until = (slots.at(-1)?.Time ?? from) + Step;
    const when = [from, (from + until) / 2, until].map((time) => timeLabel(time, until - from));
    this.summary.textContent = t("inspector.chart");
    this.asTable.textContent = t("inspector.chart.table");
    this.region.setAttribute("aria-label", t("inspector.chart"));
    const width = Math.max(160, this.counts.element.clientWidth);
    const most = peak(slots.map(({ Calls }) => Calls));
    this.counts.show({
      title: t("inspector.chart.calls"),
      legend: [["good", t("inspector.chart.good")], ["bad", t("inspector.chart.bad")]],
      label: t("inspector.chart.callsSaid", { all, failed, from: when[0], until: when[2] }),
      top: String(most),
      when,
      marks: stack(slots, { width, height: HEIGHT, most }).map(({ kind, ...box }) => svg("rect", { class: `i-${kind}-bar`, ...box })),
      width,
    });
    const slowest = peak(slots.map(({ P95 }) => P95 ?? 0));
    const drawn = /** @type {const} */ (["P95", "Median"]).flatMap((which) => line(slots.map((slot) => slot[which]), { width, height: HEIGHT, most: slowest }).map((d) => svg("path", { class: `i-line i-${which.toLowerCase()}`, d })));
    const took = Points.flatMap(({ Median }) => (Median === null ? [] : [Median]));
    this.times.show({
      title: t("inspector.chart.took"),
      legend: [["median", t("inspector.chart.median")], ["p95", t("inspector.chart.p95")]],
      label: took.length ? t("inspector.chart.tookSaid", { least: durationOf(Math.min(...took)), most: durationOf(Math.max(...took)) }) : t("inspector.chart.tookNothing"),
      top: durationOf(slowest),
      when,
      marks: drawn,
      width,
    });
    this.#fill();
  }

  #fill() {
    const { Points } = this.statistics;
    const heads = ["inspector.time", "inspector.chart.calls", "inspector.chart.bad", "inspector.chart.median", "inspector.chart.p95"];
    const took = (/** @type {number | null} */ milliseconds) => (milliseconds === null ? "–" : durationOf(milliseconds));
    const rows = Points.map(({ Time, Calls, Errors, Median, P95 }) =>
      h("tr", {}, h("th", { scope: "row", text: timeLabel(Time, 10 * DAY) }), ...[Calls, Errors, took(Median), took(P95)].map((text) => h("td", { text: String(text) }))),
    );
    this.table.replaceChildren(
      h("caption", { class: "heard", text: t("inspector.chart") }),
      h("thead", {}, h("tr", {}, ...heads.map((words) => h("th", { scope: "col", text: t(words) })))),
      h("tbody", {}, ...rows.reverse()),
    );
  }
}

/** A picture with its title, legend and axes. */
function figure() {
  const picture = /** @type {SVGSVGElement} */ (svg("svg", { role: "img" }));
  const title = h("span", { class: "i-chart-title" });
  const legend = h("span", { class: "i-legend" });
  const top = h("span", { class: "i-top" });
  const axis = h("div", { class: "i-axis", "aria-hidden": "true" });
  const element = h("figure", {}, h("figcaption", {}, title, legend, top), axis);
  axis.before(picture);
  return {
    element,
    /** @param {{ title: string, legend: string[][], label: string, top: string, when: string[], marks: Element[], width: number }} given */
    show(given) {
      title.textContent = given.title;
      legend.replaceChildren(...given.legend.map(([kind, text]) => h("span", { class: `i-key i-key-${kind}`, text })));
      top.textContent = given.top;
      picture.setAttribute("aria-label", given.label);
      picture.setAttribute("viewBox", `0 0 ${given.width} ${HEIGHT}`);
      picture.replaceChildren(...given.marks);
      axis.replaceChildren(...given.when.map((text) => h("span", { text })));
    },
  };
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function svg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * @param {number} time Unix seconds.
 * @param {number} span Seconds of all that is shown: of more than a day, the day is said too.
 */
function timeLabel(time, span) {
  const days = span > DAY ? /** @type {const} */ ({ month: "short", day: "numeric" }) : {};
  return new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { ...days, hour: "2-digit", minute: "2-digit" }).format(new Date(time * 1000));
}

customElements.define("wh-call-chart", CallChart);
