/** Where on the stage pictures are shown: one on all of it, or two beside each other, each whole. */

/**
 * @typedef {object} Pane In pixels of the stage.
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

/** Between two panes. */
const GAP = 4;

/**
 * Lay two panes of the same size on a stage: beside each other or one above the other, whichever shows more of the photo.
 *
 * @param {{ width: number, height: number }} room
 * @param {{ width: number, height: number }} photo
 * @returns {[Pane, Pane]}
 */
export function twoPanes({ width, height }, photo) {
  const beside = (width - GAP) / 2;
  const above = (height - GAP) / 2;
  const scale = (/** @type {number} */ wide, /** @type {number} */ high) => Math.min(wide / photo.width, high / photo.height);
  if (scale(beside, height) >= scale(width, above)) {
    return [
      { x: 0, y: 0, width: beside, height },
      { x: beside + GAP, y: 0, width: beside, height },
    ];
  }
  return [
    { x: 0, y: 0, width, height: above },
    { x: 0, y: above + GAP, width, height: above },
  ];
}

/**
 * Find the pane that a point is in, or nearest to.
 *
 * @param {readonly Pane[]} panes
 * @param {number} x
 * @param {number} y
 * @returns {Pane}
 */
export function paneAt(panes, x, y) {
  return panes.findLast((pane) => x >= pane.x && y >= pane.y) ?? panes[0];
}
