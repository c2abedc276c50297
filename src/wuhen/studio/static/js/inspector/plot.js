/** Where the marks of a chart lie. Needs no browser. */

/**
 * @typedef {object} Point
 * @property {number} Time Unix seconds.
 * @property {number} Calls
 * @property {number} Errors
 * @property {number | null} Median Milliseconds.
 * @property {number | null} P95
 */
/** @typedef {{ Step: number, Points: Point[] }} Statistics As DescribeCallStatistics answers. */
/** @typedef {{ width: number, height: number, most: number }} Frame `most` is what the top stands for. */

/** More than the service counts in one answer. */
const MOST_SLOTS = 120;

/**
 * @param {Statistics} statistics
 * @returns {Point[]} One for each step from the first to the last, those without calls too.
 */
export function slotsOf({ Step, Points }) {
  const known = new Map(Points.map((point) => [point.Time, point]));
  const first = Points[0].Time;
  const count = Math.min(MOST_SLOTS, Math.round((Points[Points.length - 1].Time - first) / Step) + 1);
  return Array.from({ length: count }, (_, index) => {
    const Time = first + index * Step;
    return known.get(Time) ?? { Time, Calls: 0, Errors: 0, Median: null, P95: null };
  });
}

/**
 * @param {number[]} values
 * @returns {number} The next number from the greatest on that begins with 1, 2 or 5, and is followed by noughts.
 */
export function peak(values) {
  const greatest = Math.max(1, ...values);
  const unit = 10 ** Math.floor(Math.log10(greatest));
  return (/** @type {const} */ ([1, 2, 5, 10]).find((times) => times * unit >= greatest) ?? 10) * unit;
}

/**
 * @param {Point[]} slots
 * @param {Frame} frame
 * @returns {{ kind: "good" | "bad", x: number, y: number, width: number, height: number }[]} Bars: those that failed above.
 */
export function stack(slots, { width, height, most }) {
  const step = width / slots.length;
  const wide = Math.max(1, Math.min(24, step - Math.min(2, step / 4)));
  return slots.flatMap(({ Calls, Errors }, index) => {
    const x = index * step + (step - wide) / 2;
    const good = ((Calls - Errors) / most) * height;
    // What failed is seen, however seldom it is.
    const bad = Errors ? Math.max(2, (Errors / most) * height) : 0;
    /** @type {{ kind: "good" | "bad", x: number, y: number, width: number, height: number }[]} */
    const bars = [
      { kind: "good", x, y: height - good, width: wide, height: good },
      { kind: "bad", x, y: Math.max(0, height - good - bad), width: wide, height: bad },
    ];
    return bars.filter((bar) => bar.height > 0);
  });
}

/**
 * @param {(number | null)[]} values One for each step.
 * @param {Frame} frame
 * @returns {string[]} Paths through those that are there; one that has no neighbour is a dash.
 */
export function line(values, { width, height, most }) {
  const step = width / values.length;
  /** @type {string[]} */
  const paths = [];
  let run = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const x = (index + 0.5) * step;
    const y = height - (value / most) * (height - 4) - 2;
    const begins = index === 0 || values[index - 1] === null;
    const ends = index === values.length - 1 || values[index + 1] === null;
    run += begins && ends ? `M${(x - 3).toFixed(1)} ${y.toFixed(1)}h6` : `${begins ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    if (ends) {
      paths.push(run);
      run = "";
    }
  });
  return paths;
}
