/** The API explorer: the form of a call, and beside it what comes of it. */

import { h } from "../base/dom.js";
import { styled } from "../base/styles.js";
import { inWords, t } from "../base/words.js";
import "./speech.js";
import { Answer } from "./answer.js";
import { CheckView } from "../signature/check.js";
import { CodeView } from "./code.js";
import { Draft } from "./draft.js";
import { ErrorsView } from "./errors.js";
import { fieldId } from "./field.js";
import { Form } from "./form.js";
import { loadReference } from "./reference.js";
import { Search } from "./search.js";
import { SignatureView } from "../signature/view.js";
import { Tabs } from "./tabs.js";

class Explorer extends HTMLElement {
  async connectedCallback() {
    if (this.childElementCount) return;
    const status = h("p", { class: "muted", role: "status" });
    inWords(() => (status.textContent = t("explorer.loading")));
    this.append(status);
    try {
      const [reference] = await Promise.all([loadReference(), styled("explorer")]);
      this.replaceChildren(...this.#parts(reference));
    } catch {
      inWords(() => (status.textContent = t("explorer.notLoaded")));
    }
  }

  /** @param {import("./reference.js").Reference} reference */
  #parts(reference) {
    const draft = new Draft(reference);
    const form = new Form(draft);
    const answer = new Answer(draft);
    const errors = new ErrorsView(reference.errors);
    const tabs = new Tabs("explorer.parts", [
      { id: "answer", words: "explorer.tab.answer", panel: h("section", {}, answer) },
      { id: "signature", words: "explorer.tab.signature", panel: h("section", {}, new SignatureView(draft)) },
      { id: "code", words: "explorer.tab.code", panel: h("section", {}, new CodeView(draft)) },
      { id: "check", words: "explorer.tab.check", panel: h("section", {}, new CheckView()) },
      { id: "errors", words: "explorer.tab.errors", panel: h("section", {}, errors) },
    ]);
    const showCode = (/** @type {string} */ code) => {
      tabs.choose("errors");
      errors.show(code);
    };
    form.addEventListener("send", async () => {
      tabs.choose("answer");
      await answer.send();
      // Beside the form on a wide page, below it on a narrow one.
      if (tabs.getBoundingClientRect().top >= form.getBoundingClientRect().bottom) tabs.scrollIntoView();
    });
    answer.addEventListener("code", (event) => showCode(/** @type {CustomEvent<string>} */ (event).detail));
    const search = new Search(reference);
    search.addEventListener("found", (event) => {
      const { kind, name, action } = /** @type {CustomEvent<import("./find.js").Found>} */ (event).detail;
      if (kind === "error") return showCode(name);
      draft.choose(action ?? name);
      return kind === "action" ? document.getElementById("x-action")?.focus() : jump(name);
    });
    const title = h("h1", { class: "heard" });
    inWords(() => (title.textContent = t("app.explorer")));
    return [title, search, h("div", { class: "x-split" }, form, tabs)];
  }
}

/** @param {string} path Of a parameter. */
function jump(path) {
  for (const details of document.querySelectorAll("details.x-group")) {
    if (details instanceof HTMLDetailsElement && path.startsWith(`${details.dataset.path}.`)) details.open = true;
  }
  const control = document.getElementById(fieldId(path));
  control?.closest(".x-field")?.scrollIntoView({ block: "center" });
  control?.focus();
}

customElements.define("wh-explorer", Explorer);
