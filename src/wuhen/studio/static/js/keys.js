/** The dialog in which a user signs in with a key. */

import { setKey, key } from "./api/session.js";
import { h } from "./base/dom.js";
import { t } from "./base/words.js";

/**
 * @param {string} [told] Why it is shown.
 */
export function askForKey(told) {
  const id = h("input", { type: "text", name: "id", required: true, autocomplete: "off", spellcheck: "false", value: key()?.SecretId ?? "" });
  const secret = h("input", { type: "password", name: "secret", required: true, autocomplete: "off" });
  const token = h("input", { type: "password", name: "token", autocomplete: "off" });
  const field = (/** @type {string} */ words, /** @type {HTMLElement} */ input) => h("label", {}, h("span", { text: t(words) }), input);
  const signOut = () => {
    setKey(null);
    dialog.close();
  };
  const forget = h("button", { type: "button", text: t("key.forget"), hidden: !key(), onclick: signOut });
  const close = h("button", { type: "button", text: t("app.cancel"), onclick: () => dialog.close() });
  const dialog = h(
    "dialog",
    { "aria-label": t("key.title"), onclose: () => dialog.remove() },
    h("h2", { text: t("key.title") }),
    told && h("p", { role: "alert", text: told }),
    h("p", { class: "muted", text: t(isSecureContext ? "key.why" : "key.insecure") }),
    h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          setKey({ SecretId: id.value.trim(), SecretKey: secret.value.trim(), ...(token.value.trim() && { Token: token.value.trim() }) });
          dialog.close();
        },
      },
      field("key.id", id),
      field("key.secret", secret),
      field("key.token", token),
      h("div", { class: "row" }, forget, close, h("button", { class: "primary", text: t("key.use"), disabled: !isSecureContext })),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
