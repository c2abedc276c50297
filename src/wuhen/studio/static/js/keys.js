/** Signing in: by the link in the address, and by the dialog, which comes when it is needed. */

import { asksUser, key, openByLink, renewed } from "./api/session.js";
import { loaded } from "./base/loading.js";
import { notices } from "./base/notices.js";
import { t } from "./base/words.js";

/** @typedef {import("./api/session.js").Why} Why */

/** @type {Promise<boolean> | null} */
let asking = null;

/**
 * Let the user sign in, or see who is.
 *
 * @param {Why} [why] Why it is shown.
 * @returns {Promise<boolean>} Whether there is another key now.
 */
export function askForKey(why = "asked") {
  asking ??= show(why).finally(() => {
    asking = null;
  });
  return asking;
}

/** @param {Why} why */
async function show(why) {
  try {
    return await (await loaded(import("./signin/dialog.js"))).showSignIn(why);
  } catch {
    notices.tell(() => t("erase.gone"), { kind: "error" });
    return false;
  }
}

asksUser(askForKey);

/** Sign in by the link in the address; without one, by what another tab has, or the user. */
export async function signIn() {
  const opened = await openByLink();
  const failed = opened === "gone" || opened === "refused";
  if (key()) {
    if (failed) notices.tell(() => t(opened === "gone" ? "key.linkAway" : "key.linkUsed"), { kind: "error" });
  } else await renewed(null, { why: opened === "gone" ? "gone" : opened === "refused" ? "link" : "none" });
}
