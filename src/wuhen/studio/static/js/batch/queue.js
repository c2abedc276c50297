/** Many photos, one after another: what becomes of each. */

import { ApiError, GoneError, NoKeyError, erase } from "../api/client.js";
import { explain } from "../studio/explaining.js";
import { counted } from "../studio/kinds.js";
import { openPhoto, resultName } from "../studio/opening.js";
import { pair } from "./pairing.js";

/**
 * @typedef {object} Item
 * @property {File} photo
 * @property {File | null} mask
 * @property {import("./pairing.js").Pair["lack"]} lack Why there is no mask, where there is none.
 * @property {"waiting" | "running" | "done" | "nothing" | "failed"} state `nothing` was found in it.
 * @property {string} told Why it failed, or what to know of the result, as the service said it.
 * @property {{ name: string, file: Blob } | null} result
 */

const AT_ONCE = 2;
const BUSY = "RequestLimitExceeded.JobNumExceed";
const NOTHING = "ResourceNotFound";
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
 * @param {readonly import("../studio/kinds.js").Kind[]} how.find What is to be found in each, beside its mask or without one.
 * @param {AbortSignal} how.signal
 * @param {() => void} how.changed Told of every change.
 */
export async function work(items, { marked, withEffects, find, signal, changed }) {
  const waiting = items.filter((item) => item.state === "waiting" || item.state === "failed");
  const next = async () => {
    for (let item = waiting.shift(); item && !signal.aborted; item = waiting.shift()) {
      item.told = "";
      if (!item.mask && !(find.length && item.lack === "batch.noMask")) {
        item.state = "failed";
        changed();
        continue;
      }
      item.state = "running";
      changed();
      try {
        const { remarks, found, ...result } = await one(item.photo, item.mask, { marked, withEffects, find, signal });
        item.result = result;
        item.state = "done";
        item.told = [counted(found), ...remarks].filter(Boolean).join(". ");
      } catch (error) {
        const stopped = error instanceof DOMException || error instanceof GoneError || error instanceof NoKeyError;
        if (isNothing(error)) {
          // As `wuhen erase` does with folders: what comes of them is complete.
          item.result = { name: item.photo.name, file: item.photo };
          item.state = "nothing";
        } else {
          item.state = error instanceof DOMException ? "waiting" : "failed";
          item.told = explain(error);
        }
        if (stopped) waiting.length = 0;
      }
      changed();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/**
 * Whether the service has found none of what is to go, so that the photo may stay as it is.
 *
 * @param {unknown} error
 */
function isNothing(error) {
  return error instanceof ApiError && error.code === NOTHING;
}

/**
 * @param {File} photo
 * @param {File | null} mask
 * @param {{ marked: boolean, withEffects: boolean, find: readonly string[], signal: AbortSignal }} how
 */
async function one(photo, mask, how) {
  const opened = await openPhoto(photo, photo.name, () => null);
  opened.picture.close();
  for (;;) {
    try {
      const { image, found, remarks } = await erase({ photo: opened.sent, mask, fitMask: true, format: "same", ...how });
      return { name: resultName(photo.name, image), file: image, found, remarks };
    } catch (error) {
      // Somebody else's calls have the account's places; they come free again.
      if (!(error instanceof ApiError) || error.code !== BUSY) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
