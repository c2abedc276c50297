/** Whether this browser keeps what the user works on, and whether it has anything. The rest is in `store.js`. */

const CHOICE = "wuhen.keep";
const SOME = "wuhen.kept";

/** Whether the user lets this browser keep work; some share theirs. */
export function keeps() {
  return localStorage.getItem(CHOICE) !== "no";
}

/** @param {boolean} wanted */
export function letKeep(wanted) {
  localStorage.setItem(CHOICE, wanted ? "yes" : "no");
}

/** Whether there may be something to come back to. */
export function hasKept() {
  return localStorage.getItem(SOME) !== null;
}

/** @param {boolean} some */
export function noteKept(some) {
  if (some) localStorage.setItem(SOME, "yes");
  else localStorage.removeItem(SOME);
}

const OPEN = "wuhen.work";

/** What this tab works on, for when it is loaded again. @returns {string | null} */
export function openHere() {
  return sessionStorage.getItem(OPEN);
}

/** @param {string} id */
export function noteOpen(id) {
  sessionStorage.setItem(OPEN, id);
}
