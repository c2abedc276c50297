/** The page: its bar, its parts, and the key it signs with. */

import "./base/storage.js";
import { h, icon } from "./base/dom.js";
import { loaded } from "./base/loading.js";
import { menu } from "./base/menu.js";
import { notices } from "./base/notices.js";
import { styled } from "./base/styles.js";
import { inWords, language, setLanguage, t } from "./base/words.js";
import { askForKey, signIn } from "./keys.js";
import { ICONS } from "./studio/icons.js";
import { Studio } from "./studio/page.js";

const THEME = "wuhen.theme";
const PART = "wuhen.part";

/**
 * @param {string} words
 * @param {keyof typeof ICONS} picture
 * @param {() => void} run
 */
function tool(words, picture, run) {
  const label = h("span", { class: "label" });
  const made = h("button", { type: "button", class: "plain", onclick: run }, icon(ICONS[picture]), label);
  inWords(() => {
    label.textContent = t(words);
    made.title = t(words);
    made.setAttribute("aria-label", t(words));
  });
  return made;
}

/** @param {string} [chosen] */
function theme(chosen) {
  const root = document.documentElement;
  if (chosen) localStorage.setItem(THEME, chosen);
  root.dataset.theme = chosen ?? localStorage.getItem(THEME) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

class App extends HTMLElement {
  constructor() {
    super();
    this.studio = new Studio();
    this.main = h("main", {}, this.studio);
    this.wanted = "studio";
    /** @type {Record<string, { tab: HTMLButtonElement, page: HTMLElement | null, load: () => Promise<HTMLElement> }>} */
    this.parts = {
      studio: { tab: this.#tab("studio"), page: this.studio, load: async () => this.studio },
      batch: { tab: this.#tab("batch"), page: null, load: () => make("./batch/page.js", "wh-batch", "batch") },
      explorer: { tab: this.#tab("explorer"), page: null, load: () => make("./explorer/page.js", "wh-explorer") },
      inspector: { tab: this.#tab("inspector"), page: null, load: () => make("./inspector/page.js", "wh-inspector") },
    };
  }

  connectedCallback() {
    const brand = h("span", { class: "brand" });
    const other = h("button", { type: "button", class: "plain", onclick: () => setLanguage(language() === "zh" ? "en" : "zh") });
    inWords(() => {
      brand.textContent = t("app.name");
      other.textContent = t("app.language");
      other.title = t("app.languageLabel");
    });
    const turn = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    const app = menu(
      "app.menu",
      [other, tool("app.theme", "theme", turn), tool("app.key", "key", () => askForKey()), tool("app.help", "help", () => this.studio.help())],
      { class: "app-menu" },
    );
    const bar = h(
      "header",
      { class: "bar" },
      brand,
      ...Object.values(this.parts).map((part) => part.tab),
      notices,
      app.opener,
      app.panel,
    );
    this.append(bar, this.main);
    this.studio.addEventListener("batch", async (event) => {
      await this.go("batch");
      // What was dropped on the studio may be more than it can show.
      const { detail } = /** @type {CustomEvent<File[] | undefined>} */ (event);
      if (detail) this.parts.batch.page?.dispatchEvent(new CustomEvent("given", { detail }));
    });
    this.addEventListener("shown", () => this.go("batch"));
    // The batch has something for the studio to do.
    this.addEventListener("studio", async (event) => {
      await this.go("studio");
      /** @type {CustomEvent<(studio: Studio) => void>} */ (event).detail(this.studio);
    });
    // A reload stays where it was, if this release still has that.
    const kept = sessionStorage.getItem(PART) ?? "";
    this.go(kept in this.parts ? kept : "studio");
  }

  /** @param {string} name */
  async go(name) {
    const part = this.parts[name];
    this.wanted = name;
    try {
      part.page ??= await loaded(part.load());
    } catch {
      notices.tell(() => t("erase.gone"), { kind: "error" });
      return;
    }
    // Another has been chosen while this one came.
    if (this.wanted !== name) return;
    sessionStorage.setItem(PART, name);
    if (!part.page.isConnected) this.main.append(part.page);
    for (const [other, { tab, page }] of Object.entries(this.parts)) {
      tab.setAttribute("aria-pressed", String(other === name));
      if (page) page.hidden = other !== name;
    }
  }

  /** @param {string} name */
  #tab(name) {
    const label = h("span", { class: "label" });
    inWords(() => {
      label.textContent = t(`app.${name}`);
    });
    return h("button", { type: "button", class: "tab plain", onclick: () => this.go(name) }, label);
  }
}

/**
 * @param {string} module
 * @param {string} tag
 * @param {...string} sheets Style sheets that it needs from the first.
 */
async function make(module, tag, ...sheets) {
  await Promise.all([import(module), ...sheets.map(styled)]);
  return document.createElement(tag);
}

// A file or a link that is dropped beside the places for it must not take the page's place.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());

customElements.define("wh-app", App);
theme();
setLanguage(language());
document.body.append(new App());
addEventListener("hashchange", signIn);
await signIn();
