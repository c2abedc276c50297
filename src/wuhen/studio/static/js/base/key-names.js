/** What keys are called: on this keyboard, in the page's language. */

import { t } from "./words.js";

const APPLE = /mac|iphone|ipad/i.test(navigator.platform);
/** @type {Record<string, string>} As they stand on Apple's keyboards. */
const SIGNS = { Ctrl: "⌘", Shift: "⇧", Alt: "⌥" };
/** Those that have a name in the page's words. */
const NAMED = new Set(["Space", "Enter", "Escape", "Delete", "Wheel"]);

/**
 * @param {string} keys As shortcuts are written: `Ctrl+Shift+Z`.
 * @returns {string} As a user reads it.
 */
export function keyNames(keys) {
  // The plus sign is itself a key.
  const parts = keys === "+" ? [keys] : keys.split("+");
  return parts.map((part) => (APPLE && SIGNS[part]) || (NAMED.has(part) ? t(`keys.${part}`) : part)).join(APPLE ? " " : "+");
}
