/** Parts of the page that come when they are needed. */

/** A part of the page did not come: the service is away. */
export class NotLoaded extends Error {
  /** @param {unknown} [cause] */
  constructor(cause) {
    super("not loaded", { cause });
    this.name = "NotLoaded";
  }
}

/**
 * @template T
 * @param {Promise<T>} part As `import()` returns it.
 * @returns {Promise<T>} Fails by `NotLoaded`.
 */
export function loaded(part) {
  return part.catch((error) => {
    throw new NotLoaded(error);
  });
}
