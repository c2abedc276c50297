/** Whose key the page signs with. It is kept for as long as the tab, and nowhere else. */

/** @typedef {import("./sign.js").Key} Key */

const STORED = "wuhen.key";

/** Tells that there is a key now, or none any more. */
export const keyChanged = new EventTarget();

/** @returns {Key | null} */
export function key() {
  const stored = sessionStorage.getItem(STORED);
  return stored ? JSON.parse(stored) : null;
}

/** @param {Key | null} given */
export function setKey(given) {
  if (given) sessionStorage.setItem(STORED, JSON.stringify(given));
  else sessionStorage.removeItem(STORED);
  keyChanged.dispatchEvent(new Event("change"));
}

/** @type {Promise<unknown>} */
let signingIn = Promise.resolve();

/**
 * The key to sign a call with. While the code of a link is being traded for one, it waits for that.
 *
 * @returns {Promise<Key | null>}
 */
export async function currentKey() {
  // What came of it, whoever opened the link is told.
  await signingIn.catch(() => null);
  return key();
}

/**
 * Trade the one-time code in the address for a key, and take it out of the address.
 *
 * @returns {Promise<"none" | "opened" | "refused">}
 */
export function openByLink() {
  const opening = trade();
  signingIn = opening;
  return opening;
}

/** @returns {Promise<"none" | "opened" | "refused">} */
async function trade() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return "none";
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch("session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
  });
  if (!answer.ok) return "refused";
  const { SecretId, SecretKey, Token } = await answer.json();
  setKey({ SecretId, SecretKey, Token });
  return "opened";
}
