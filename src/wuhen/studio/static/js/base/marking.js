/** Whether results get the visible mark: chosen once, for studio and batch, and remembered. */

const STORED = "wuhen.marked";

/** Tells that it was chosen anew, here or in another tab. */
export const markingChanged = new EventTarget();
addEventListener("storage", ({ key }) => key === STORED && markingChanged.dispatchEvent(new Event("change")));

/** @returns {boolean} As long as nobody has chosen, as the API does it: they do. */
export function isMarked() {
  return localStorage.getItem(STORED) !== "no";
}

/** @param {boolean} on */
export function setMarked(on) {
  localStorage.setItem(STORED, on ? "yes" : "no");
  markingChanged.dispatchEvent(new Event("change"));
}
