/** Many photos, one after another: what becomes of each. */

import { ApiError, GoneError, NoKeyError, erase } from "../api/client.js";
import { explain } from "../studio/erasing.js";
import { openPhoto, resultName } from "../studio/opening.js";
import { pair } from "./pairing.js";

/**
 * @typedef {object} Item
 * @property {File} photo
 * @property {File | null} mask
 * @property {import("./pairing.js").Pair["lack"]} lack Why there is no mask, where there is none.
 * @property {"waiting" | "running" | "done" | "failed"} state
 * @property {string} told Why it failed, or what to know of the result, as the service said it.
 * @property {{ name: string, file: Blob } | null} result
 */

const AT_ONCE = 2;
const BUSY = "RequestLimitExceeded.JobNumExceed";
const PAUSE = 500;

/**
 * Match photos with masks: the one for all, or those of the same name.
 *
 * @param {File[]} photos
 * @param {File[]} masks
 * @returns {Item[]}
 */
export function match(photos, masks) {
  return pair(photos, masks).map((found) => ({ ...found, state: "waiting", told: "", result: null }));
}

/**
 * Work through the items that wait or failed.
 *
 * @param {Item[]} items
 * @param {object} how
 * @param {boolean} how.marked
 * @param {boolean} how.withEffects
 * @param {AbortSignal} how.signal
 * @param {() => void} how.changed Told of every change.
 */
export async function work(items, { marked, withEffects, signal, changed }) {
  const waiting = items.filter((item) => item.state === "waiting" || item.state === "failed");
  const next = async () => {
    for (let item = waiting.shift(); item && !signal.aborted; item = waiting.shift()) {
      item.told = "";
      if (!item.mask) {
        item.state = "failed";
        changed();
        continue;
      }
      item.state = "running";
      changed();
      try {
        const { remarks, ...result } = await one(item.photo, item.mask, { marked, withEffects, signal });
        item.result = result;
        item.state = "done";
        item.told = remarks.join(" ");
      } catch (error) {
        const stopped = error instanceof DOMException || error instanceof GoneError || error instanceof NoKeyError;
        item.state = error instanceof DOMException ? "waiting" : "failed";
        item.told = explain(error);
        if (stopped) waiting.length = 0;
      }
      changed();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/**
 * @param {File} photo
 * @param {File} mask
 * @param {{ marked: boolean, withEffects: boolean, signal: AbortSignal }} how
 */
async function one(photo, mask, how) {
  const opened = await openPhoto(photo, photo.name, () => null);
  opened.picture.close();
  for (;;) {
    try {
      const { image, remarks } = await erase({ photo: opened.sent, mask, fitMask: true, format: "same", ...how });
      return { name: resultName(photo.name, image), file: image, remarks };
    } catch (error) {
      // Somebody else's calls have the account's places; they come free again.
      if (!(error instanceof ApiError) || error.code !== BUSY) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
