/**
 * How much a row of regions looks like print: one ink, one pen, on one baseline, nothing like it above or below.
 *
 * The measures are added up with weights that were chosen by hand, between those of logistic regressions on captions
 * drawn over photographs, in several fonts, colours and opacities, and on the rows that are found without captions.
 */

/**
 * @typedef {import("./letters.js").Letter} Letter
 * @typedef {import("./lines.js").Chain} Chain
 * @typedef {{ from: number, to: number, top: number, bottom: number }} Extent a box in the frame of the line
 */

/** More letters, and more winding strokes than those of letters, are no better. */
const MANY = 8;
const MOST_WINDING = 7;

/**
 * @param {Letter[]} letters all of them, also those that are in no row
 * @param {Chain} chain
 * @returns {number} above 0 for what is more likely print than not
 */
export function printScore(letters, chain) {
  const members = chain.members.map((i) => letters[i]);
  const extents = members.map((letter) => extent(letter, chain));
  const contrast = median(members.map((letter) => letter.contrast));
  const ink = inkError(members) / Math.max(20, contrast);
  const pen = spread(members.map((letter) => Math.log(letter.stroke + 0.5)));
  const wide = median(extents.map((e) => (e.to - e.from) / (e.bottom - e.top)));
  // Strokes are long for their area and yet not thin for their length: they bend and branch.
  const windings = members.map(({ region }) => region.perimeter ** 2 / (16 * region.area));
  const winding = Math.min(MOST_WINDING, median(windings));
  const slim = median(members.map((letter) => Math.max(letter.width, letter.height) / letter.stroke));
  return (
    -13.7 -
    2.3 * Math.log(ink + 0.01) -
    5.5 * pen +
    1.6 * alignment(extents, chain.height) -
    4 * Math.min(1, crowding(letters, chain)) -
    1.6 * Math.max(0, Math.log(wide / 0.85)) +
    3.5 * Math.log(winding) -
    2.9 * Math.log(slim) +
    1.4 * Math.log(Math.min(MANY, members.length)) -
    3 * Math.max(0, overlap(extents) - 0.25) +
    0.9 * Math.log(contrast) +
    0.8 * Math.log(chain.height)
  );
}

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** @param {number[]} values */
function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/**
 * How far the colours of the letters are from one ink of one opacity: `colour = k * ground + ink`, with one `k`
 * of 0 to 1 and three values of `ink` for them all.
 * @param {Letter[]} letters
 * @returns {number} root mean square, in grey levels
 */
function inkError(letters) {
  const mean = (/** @type {"colour" | "ground"} */ what, /** @type {number} */ c) =>
    letters.reduce((sum, letter) => sum + letter[what][c], 0) / letters.length;
  let cross = 0;
  let grounds = 0;
  let colours = 0;
  for (let c = 0; c < 3; c++) {
    const colour = mean("colour", c);
    const ground = mean("ground", c);
    for (const letter of letters) {
      cross += (letter.colour[c] - colour) * (letter.ground[c] - ground);
      grounds += (letter.ground[c] - ground) ** 2;
      colours += (letter.colour[c] - colour) ** 2;
    }
  }
  const k = Math.min(0.9, Math.max(0, cross / (grounds + 1e-6)));
  return Math.sqrt(Math.max(0, colours - 2 * k * cross + k * k * grounds) / (3 * letters.length));
}

/**
 * @param {Letter} letter
 * @param {Chain} chain
 * @returns {Extent}
 */
function extent({ mask, width, region }, { x, y, dx, dy }) {
  const box = { from: Infinity, to: -Infinity, top: Infinity, bottom: -Infinity };
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    const px = region.left + (at % width) - x;
    const py = region.top + ((at / width) | 0) - y;
    const along = px * dx + py * dy;
    const off = py * dx - px * dy;
    if (along < box.from) box.from = along;
    if (along + 1 > box.to) box.to = along + 1;
    if (off < box.top) box.top = off;
    if (off + 1 > box.bottom) box.bottom = off + 1;
  }
  return box;
}

/**
 * How much of the row is covered twice, as a share of what is covered once: letters stand side by side.
 * @param {Extent[]} extents
 */
function overlap(extents) {
  let end = -Infinity;
  let once = 0;
  let sum = 0;
  for (const { from, to } of [...extents].sort((a, b) => a.from - b.from)) {
    sum += to - from;
    once += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum / once - 1;
}

/**
 * The largest share of letters that stand on one straight line, or hang from one.
 * @param {Extent[]} extents
 * @param {number} height
 */
function alignment(extents, height) {
  const slack = Math.max(1, 0.05 * height);
  const middle = (/** @type {Extent} */ e) => (e.from + e.to) / 2;
  let best = 0;
  for (const side of /** @type {const} */ (["top", "bottom"])) {
    extents.forEach((a, i) => {
      for (const b of extents.slice(i + 1)) {
        const slope = (b[side] - a[side]) / (middle(b) - middle(a));
        if (!(Math.abs(slope) < 0.2)) continue;
        const fits = (/** @type {Extent} */ e) =>
          Math.abs(e[side] - a[side] - slope * (middle(e) - middle(a))) <= slack;
        best = Math.max(best, extents.filter(fits).length);
      }
    });
  }
  return best / extents.length;
}

/**
 * How many regions of the same contrast lie beside the row, on the emptier side, for each one in it: texture goes
 * on, captions do not.
 * @param {Letter[]} letters
 * @param {Chain} chain
 */
function crowding(letters, chain) {
  const least = 0.4 * letters[chain.first].contrast;
  let within = 0;
  let above = 0;
  let below = 0;
  for (const letter of letters) {
    const px = letter.x - chain.x;
    const py = letter.y - chain.y;
    const along = px * chain.dx + py * chain.dy;
    const off = (py * chain.dx - px * chain.dy) / chain.height;
    if (along < chain.from || along > chain.to || Math.abs(off) > 1.9 || letter.contrast < least) continue;
    // Crumbs count for less than letters.
    const count = Math.min(1, Math.max(letter.width, letter.height) / (0.5 * chain.height));
    if (off > 0.7) below += count;
    else if (off < -0.7) above += count;
    else within += count;
  }
  return Math.min(above, below) / within;
}
