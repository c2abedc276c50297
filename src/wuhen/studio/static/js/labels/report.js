/** What DescribeLabels answers, in words. */

import { h } from "../base/dom.js";
import { t } from "../base/words.js";

/**
 * @typedef {object} Labels
 * @property {{ Place: string, Values: Record<string, string>, Broken: string | null, Remarks: string[] }[]} Aigc
 * @property {string} Source
 * @property {Record<string, any> | null} Credentials
 * @property {string | null} Unchecked
 * @property {string[]} Problems
 * @property {boolean} Holds
 */

const FACTS = ["Signer", "Organisation", "SignedAt", "Generator", "Actions", "Ingredients"];

/**
 * @param {Labels} labels
 * @returns {Node[]}
 */
export function report(labels) {
  const { Aigc, Source, Credentials, Unchecked, Problems, Holds } = labels;
  const bare = !Aigc.length && !Source && !Credentials;
  const verdict = Holds ? h("p", { class: "l-good", text: t(bare ? "labels.nothing" : "labels.holds") }) : problems(Problems);
  return [
    verdict,
    h("h4", { text: t("labels.aigc") }),
    ...(Aigc.length ? Aigc.map(aigc) : [none()]),
    h("h4", { text: t("labels.source") }),
    Source ? source(Source) : none(),
    h("h4", { text: t("labels.credentials") }),
    Credentials ? credentials(Credentials) : Unchecked ? h("p", { class: "muted", text: t("labels.unchecked", { reason: Unchecked }) }) : none(),
  ];
}

function none() {
  return h("p", { class: "muted", text: t("labels.none") });
}

/** @param {string[]} all */
function problems(all) {
  return h("div", { class: "l-bad" }, h("p", { text: t("labels.problems") }), h("ul", {}, ...all.map((text) => h("li", { text }))));
}

/** @param {[string, string][]} facts */
function list(facts) {
  return h("dl", {}, ...facts.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
}

/** @param {Labels["Aigc"][number]} label */
function aigc({ Place, Values, Broken, Remarks }) {
  const values = Object.entries(Values).filter(([, value]) => value);
  return h(
    "div",
    {},
    list([[t("labels.place"), Place], ...values]),
    Broken ? h("p", { class: "l-bad", text: t("labels.broken", { reason: Broken }) }) : null,
    Remarks.length ? h("ul", { class: "muted" }, ...Remarks.map((text) => h("li", { text }))) : null,
  );
}

/** @param {string} name */
function source(name) {
  const key = `labels.source.${name}`;
  const meaning = t(key);
  return h("p", {}, h("code", { text: name }), meaning === key ? null : h("span", { class: "muted", text: ` ${meaning}` }));
}

/** @param {Record<string, any>} found */
function credentials(found) {
  const facts = FACTS.map((name) => /** @type {[string, string]} */ ([t(`labels.${name}`), [found[name] ?? []].flat().join("\n")]));
  return h("div", {}, h("p", { text: t(`labels.state.${found.State}`) }), list(facts.filter(([, value]) => value)));
}
