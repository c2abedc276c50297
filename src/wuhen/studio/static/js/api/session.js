/** Whose key the page signs with. It is kept for as long as a tab of the page is open, in those tabs and nowhere else. */

import { ENDPOINT, PAGE } from "../base/place.js";

/** @typedef {import("./sign.js").Key & { Account?: string | null, Expires?: number }} Key `Account` is whose calls it sees. */
/** @typedef {"asked" | "none" | "link" | "gone" | "refused"} Why The user is asked to sign in. */
/** @typedef {"none" | "opened" | "refused" | "gone"} Opened */
/** @typedef {{ kind: "wanted", instead: string | null } | { kind: "key", key: Key, instead: string | null } | { kind: "forget", id: string }} Message */

const STORED = "wuhen.key";
/** Milliseconds in which another tab answers, if there is one. */
const TAB_ANSWERS = 150;
const CODE = /[\w-]{43}/;

/** Tells that there is a key now, another one, or none any more. */
export const keyChanged = new EventTarget();

/** Between the tabs of this page; services under other paths have pages of their own. */
const tabs = new BroadcastChannel(`wuhen.key ${ENDPOINT.pathname}`);
/** @param {Message} message */
const tell = (message) => tabs.postMessage(message);
/** @type {Set<string>} SecretIds that the service did not accept: no other tab is given one of those. */
const refusedIds = new Set();

tabs.addEventListener("message", (/** @type {MessageEvent<Message>} */ { data }) => {
  const own = key();
  if (data.kind === "wanted" && own && own.SecretId !== data.instead && !refusedIds.has(own.SecretId)) {
    tell({ kind: "key", key: own, instead: data.instead });
  }
  // A tab that signs with a key of its own choice keeps it.
  if (data.kind === "key" && (!own || own.SecretId === data.instead)) keep(data.key);
  if (data.kind === "forget" && own?.SecretId === data.id) keep(null);
});

/** @returns {Key | null} */
export function key() {
  const stored = sessionStorage.getItem(STORED);
  return stored ? JSON.parse(stored) : null;
}

/** @param {Key | null} given */
function keep(given) {
  if (given) sessionStorage.setItem(STORED, JSON.stringify(given));
  else sessionStorage.removeItem(STORED);
  keyChanged.dispatchEvent(new Event("change"));
}

/**
 * Sign with a key from now on, in all tabs that have the same one or none; or with none any more.
 *
 * @param {Key | null} given
 */
export function setKey(given) {
  const before = key();
  keep(given);
  if (given) {
    refusedIds.delete(given.SecretId);
    tell({ kind: "key", key: given, instead: before?.SecretId ?? null });
  } else if (before) tell({ kind: "forget", id: before.SecretId });
}

/** @type {Promise<unknown>} */
let signingIn = Promise.resolve();

/**
 * The key to sign a call with. While the code of a link is being traded for one, it waits for that.
 *
 * @returns {Promise<Key | null>}
 */
export async function currentKey() {
  await signingIn;
  return key();
}

/** @type {(why: Why) => Promise<boolean>} */
let askUser = async () => false;

/** @param {(why: Why) => Promise<boolean>} ask Lets the user sign in; whether there is another key then. */
export function asksUser(ask) {
  askUser = ask;
}

/** @type {Promise<boolean> | null} All calls that lack a key wait for the same answer. */
let renewing = null;

/**
 * Get another key in place of one that is refused, or a first one: from another tab, or from the user.
 *
 * @param {Key | null} before
 * @param {object} [how]
 * @param {Why} [how.why]
 * @param {boolean} [how.quiet] Nobody is asked but the other tabs.
 * @returns {Promise<boolean>} Whether there is one.
 */
export async function renewed(before, { why = before ? "refused" : "none", quiet = false } = {}) {
  if (before) refusedIds.add(before.SecretId);
  if (isOther(before) || (await otherTabs(before))) return true;
  if (quiet) return false;
  renewing ??= askUser(why).finally(() => {
    renewing = null;
  });
  await renewing;
  return isOther(before);
}

/** @param {Key | null} before */
function isOther(before) {
  const now = key();
  return now !== null && JSON.stringify(now) !== JSON.stringify(before);
}

/**
 * @param {Key | null} before
 * @returns {Promise<boolean>} Whether another tab had a key.
 */
function otherTabs(before) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      keyChanged.removeEventListener("change", done);
      resolve(isOther(before));
    };
    const timer = setTimeout(done, TAB_ANSWERS);
    keyChanged.addEventListener("change", done);
    tell({ kind: "wanted", instead: before?.SecretId ?? null });
  });
}

/**
 * Trade the one-time code in the address for a key, and take it out of the address.
 *
 * @returns {Promise<Opened>}
 */
export async function openByLink() {
  const { hash } = location;
  if (!new URLSearchParams(hash.slice(1)).has("code")) return "none";
  history.replaceState(history.state, "", location.pathname + location.search);
  const opened = await open(hash);
  // Whoever loads the page again tries again.
  if (opened === "gone") history.replaceState(history.state, "", hash);
  return opened;
}

/**
 * Trade the one-time code of a link for a key.
 *
 * @param {string} link All of it, or its code alone.
 * @returns {Promise<Opened>}
 */
export function open(link) {
  const opening = trade(CODE.exec(link.slice(link.indexOf("code=") + 1))?.[0] ?? "");
  signingIn = opening;
  return opening;
}

/**
 * @param {string} code
 * @returns {Promise<Opened>}
 */
async function trade(code) {
  try {
    const answer = await fetch(new URL("session", PAGE), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if (answer.ok) {
      const { SecretId, SecretKey, Token, Account, Expires } = await answer.json();
      setKey({ SecretId, SecretKey, Token, Account, Expires });
      return "opened";
    }
    return answer.status === 403 ? "refused" : "gone";
  } catch {
    return "gone";
  }
}
