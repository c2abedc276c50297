/** What other tabs have left of their batches: to go on with, or to delete. */

import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";

/**
 * @param {import("./keeping.js").Keeper} keeper
 * @returns {Promise<HTMLElement>} A list, hidden where there is nothing.
 */
export async function leftBehind(keeper) {
  const list = h("ul", { class: "left" });
  const { batch } = keeper;
  const show = async () => {
    const left = batch.items.length ? [] : await keeper.left();
    list.hidden = !left.length;
    list.replaceChildren(
      ...left.map((kept) => {
        const when = new Date(kept.when).toLocaleString(language() === "zh" ? "zh-CN" : "en", { dateStyle: "medium", timeStyle: "short" });
        const take = async () => {
          await keeper.takeUp(kept.id);
          list.hidden = true;
        };
        const forget = async () => {
          await keeper.drop(kept.id);
          await show();
        };
        const words = t("batch.left", { when, ...kept.count });
        return h(
          "li",
          {},
          h("span", { text: words }),
          h("button", { type: "button", class: "primary", text: t("batch.takeUp"), onclick: take }),
          h("button", { type: "button", text: t("batch.forget"), onclick: forget }),
        );
      }),
    );
  };
  await show();
  inWords(show);
  batch.addEventListener("list", () => {
    if (batch.items.length) list.hidden = true;
  });
  return list;
}
