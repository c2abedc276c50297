/** Making a work of what was kept of it. */

import { layPatch } from "../crops/asking.js";
import { openPhoto } from "../opening.js";
import { Kept } from "./kept.js";

/**
 * @param {string} id
 * @param {(say: () => string) => void} tell
 */
export async function restored(id, tell) {
  const found = await Kept.read(id);
  if (!found) return null;
  const { kept, entry, photo, history } = found;
  const work = await openPhoto(photo, entry.name, tell);
  for (const result of history.made) {
    const { from, patches } = result;
    result.picture = (await layPatch(work, from, patches[patches.length - 1], result)).picture;
  }
  work.resume(history);
  return { work, kept, settings: entry.settings };
}
