/** Pictures of photos and results to look at. */

import { readPhoto } from "../studio/showing.js";

/**
 * @param {(Blob | null | undefined)[]} files From the best to the last resort.
 * @returns {Promise<ImageBitmap | null>} The first that can be shown, with the service's help where this browser does not.
 */
export async function pictureOf(files) {
  for (const file of files) {
    if (!file) continue;
    try {
      const { bitmaps } = await readPhoto(file, file instanceof File ? file.name : "");
      for (const smaller of bitmaps.slice(1)) smaller.close();
      return bitmaps[0];
    } catch {
      // The next may do.
    }
  }
  return null;
}
