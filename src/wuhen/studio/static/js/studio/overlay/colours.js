/** The colours in which a mask lies over a photo, and which of them is seen best on it. */

/** @typedef {[number, number, number]} Colour Red, green and blue, 0 to 255. */

export const COLOURS = /** @type {const} */ ({ red: "#ff3355", green: "#12c95c", blue: "#2f6bff", yellow: "#ffe100" });

/** @typedef {keyof typeof COLOURS} Name */
/** @typedef {Name | "auto"} Choice */

export const NAMES = /** @type {Name[]} */ (Object.keys(COLOURS));
/** What is chosen from where the user has not chosen: green on red is for many the same. */
const DISTINCT = /** @type {const} */ (["red", "blue", "yellow"]);
const STORED = "wuhen.overlay";
/** Differences of less than this are hard to see under a veil of half the strength. */
const SEEN = 150;
/** The share of what is painted on that may be seen worse. */
const WORST = 0.15;

/** @returns {Choice} */
export function chosenColour() {
  const stored = localStorage.getItem(STORED);
  return NAMES.find((name) => name === stored) ?? "auto";
}

/** @param {Choice} choice */
export function chooseColour(choice) {
  localStorage.setItem(STORED, choice);
}

/**
 * Tell how different two colours look: a Euclidean distance that weights the channels by the mean red, as T. Riemersma
 * proposes (Colour metric, compuphase.com), 0 to 765.
 *
 * @param {Colour} one
 * @param {Colour} other
 */
export function difference([red, green, blue], [otherRed, otherGreen, otherBlue]) {
  const mean = (red + otherRed) / 2;
  const squares = [(red - otherRed) ** 2, (green - otherGreen) ** 2, (blue - otherBlue) ** 2];
  return Math.sqrt((2 + mean / 256) * squares[0] + 4 * squares[1] + (2 + (255 - mean) / 256) * squares[2]);
}

/** @param {Name} name @returns {Colour} */
function valuesOf(name) {
  const value = Number.parseInt(COLOURS[name].slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Choose the colour that is seen best on others; the one that is in use stays as long as it is seen well enough.
 *
 * @param {Colour[]} under Colours of the photo where it is painted on.
 * @param {Name} current
 * @returns {Name}
 */
export function bestOn(under, current) {
  if (!under.length) return current;
  const seen = (/** @type {Name} */ name) => {
    const values = valuesOf(name);
    return under.map((colour) => difference(colour, values)).sort((one, other) => one - other)[Math.floor(WORST * under.length)];
  };
  if (seen(current) >= SEEN) return current;
  return [...DISTINCT].sort((one, other) => seen(other) - seen(one))[0];
}
