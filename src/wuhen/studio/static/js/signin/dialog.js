/** The dialog in which a user signs in: with a link, or with a key. */

import { tryKey } from "../api/client.js";
import { key, keyChanged, open, setKey } from "../api/session.js";
import { h } from "../base/dom.js";
import { styled } from "../base/styles.js";
import { inWords, language, t } from "../base/words.js";
import "./speech.js";

/** @typedef {import("../api/session.js").Key} Key */
/** @typedef {import("../api/session.js").Why} Why */

/** @type {Record<string, string>} What a refusal of a key means. */
const REFUSALS = {
  "AuthFailure.SecretIdNotFound": "signin.unknown",
  "AuthFailure.InvalidSecretId": "signin.unknown",
  "AuthFailure.SignatureFailure": "signin.wrong",
  "AuthFailure.TokenFailure": "signin.wrongToken",
  "AuthFailure.SignatureExpire": "signin.clock",
};

/**
 * Show it, until there is another key or the user is done with it.
 *
 * @param {Why} why
 * @returns {Promise<boolean>} Whether there is another key.
 */
export async function showSignIn(why) {
  await styled("signin");
  const before = key();
  /** @type {() => string} What went wrong last. */
  let wrong = () => (why === "asked" || why === "none" ? "" : t(`signin.why.${why}`));
  const told = h("p", { role: "alert", class: "signin-told" });
  const now = h("p", { class: "muted" });
  const say = (/** @type {() => string} */ text) => {
    wrong = text;
    told.replaceChildren(...withCommands(wrong()));
  };
  const title = h("h2", { tabindex: "-1" });
  const insecure = h("p", { class: "signin-warning", hidden: isSecureContext });
  const leave = h("button", { type: "button", onclick: () => setKey(null) });
  const close = h("button", { type: "button", onclick: () => dialog.close() });
  const dialog = h("dialog", { class: "signin" }, title, told, now, insecure, byLink(say), byKey(say), h("div", { class: "row" }, leave, close));
  const stopSaying = inWords(() => {
    dialog.setAttribute("aria-label", t("signin.title"));
    title.textContent = t("signin.title");
    insecure.textContent = t("signin.insecure");
    leave.textContent = t("signin.out");
    close.textContent = t(before && why === "asked" ? "app.close" : "app.cancel");
    now.textContent = before && why === "asked" ? signedIn(before) : "";
    leave.hidden = !before || why !== "asked";
    say(wrong);
  });
  const changed = () => dialog.close();
  keyChanged.addEventListener("change", changed);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  keyChanged.removeEventListener("change", changed);
  stopSaying();
  dialog.remove();
  const after = key();
  return after !== null && JSON.stringify(after) !== JSON.stringify(before);
}

/** @param {Key} current */
function signedIn({ SecretId: id, Account: account, Expires: expires }) {
  const who = account ? t("signin.nowAccount", { account, id }) : t("signin.now", { id });
  if (!expires) return who;
  const format = new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "short", timeStyle: "short" });
  return `${who} ${t("signin.until", { time: format.format(new Date(expires * 1000)) })}`;
}

/** @param {(text: () => string) => void} say */
function byLink(say) {
  const link = h("input", { type: "text", name: "link", id: "signin-link", required: true, autocomplete: "off", spellcheck: "false", inputmode: "url" });
  const send = h("button", {});
  const submit = async () => {
    const example = `${location.origin}${location.pathname}#code=…`;
    if (!/(^|code=)[\w-]{43}$/.test(link.value.trim())) {
      say(() => t("signin.noLink", { example }));
      return;
    }
    const opened = await open(link.value.trim());
    if (opened !== "opened") say(() => t(opened === "gone" ? "signin.why.gone" : "signin.why.link"));
  };
  const form = h("div", { class: "signin-line" }, link, send);
  const part = section("signin.byLink", "signin.linkHint", submit, h("label", { for: "signin-link" }, h("span", { "data-words": "signin.link" })), form);
  inWordsWhile(part, () => {
    send.textContent = t("signin.open");
    link.placeholder = `${location.origin}${location.pathname}#code=…`;
  });
  return part;
}

/** @param {(text: () => string) => void} say */
function byKey(say) {
  const id = h("input", { type: "text", name: "id", required: true, autocomplete: "off", spellcheck: "false" });
  const secret = h("input", { type: "password", name: "secret", required: true, autocomplete: "off" });
  const token = h("input", { type: "password", name: "token", autocomplete: "off" });
  const send = h("button", { class: "primary" });
  const field = (/** @type {string} */ words, /** @type {HTMLElement} */ input) => h("label", {}, h("span", { "data-words": words }), input);
  const submit = async () => {
    /** @type {Key} */
    const given = { SecretId: id.value.trim(), SecretKey: secret.value.trim(), ...(token.value.trim() && { Token: token.value.trim() }) };
    send.disabled = true;
    send.textContent = t("signin.trying");
    try {
      const code = await tryKey(given);
      if (!code) setKey(given);
      else say(() => t(REFUSALS[code] ?? "signin.other", { code }));
    } catch {
      say(() => t("signin.why.gone"));
    } finally {
      send.disabled = false;
      send.textContent = t("signin.use");
    }
  };
  const fields = [field("signin.id", id), field("signin.secret", secret), field("signin.token", token)];
  const part = section("signin.byKey", "signin.keyHint", submit, ...fields, h("div", { class: "row" }, send));
  inWordsWhile(part, () => (send.textContent = t("signin.use")));
  return part;
}

/**
 * @param {string} title
 * @param {string} hint
 * @param {() => Promise<void>} submit
 * @param {...Node} fields Of which those with `data-words` say them.
 */
function section(title, hint, submit, ...fields) {
  const about = h("p", { class: "muted" });
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  };
  const form = h("form", { onsubmit }, h("h3", { "data-words": title }), about, ...fields);
  inWordsWhile(form, () => {
    about.replaceChildren(...withCommands(t(hint)));
    for (const one of form.querySelectorAll("[data-words]")) one.textContent = t(one.getAttribute("data-words") ?? "");
  });
  return form;
}

/**
 * Say something in the page's language as long as the dialog is there that it is in.
 *
 * @param {HTMLElement} part
 * @param {() => void} say
 */
function inWordsWhile(part, say) {
  const stop = inWords(say);
  setTimeout(() => part.closest("dialog")?.addEventListener("close", stop, { once: true }));
}

/**
 * @param {string} text
 * @returns {Node[]} It, what stands between backticks as code.
 */
function withCommands(text) {
  return text.split("`").map((piece, index) => (index % 2 ? h("code", { text: piece }) : document.createTextNode(piece)));
}
