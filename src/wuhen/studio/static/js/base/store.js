/**
 * What this browser keeps of the user's work, in a database of its own (IndexedDB). Nothing of it leaves the browser.
 *
 * `works` and `batches` have a record for each, small enough to be written again and again, by its `id`. `parts` has
 * what is large and written once, files and masks, by the id of what it belongs to and a name: `[id, name]`.
 */

const NAME = "wuhen";
const VERSION = 1;

/** @typedef {"works" | "batches" | "parts"} Shelf */
/** @typedef {IDBValidKey | IDBKeyRange} Key */

/** This browser keeps nothing: it has no such database, or does not let the page have it. */
class NoStore extends Error {}

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = globalThis.indexedDB?.open(NAME, VERSION);
    if (!request) return reject(new NoStore("no IndexedDB"));
    request.onupgradeneeded = () => {
      const db = request.result;
      for (const shelf of ["works", "batches"]) db.createObjectStore(shelf, { keyPath: "id" });
      db.createObjectStore("parts");
    };
    request.onsuccess = () => {
      const db = request.result;
      // A newer page in another tab wants to change it; and browsers close it when its files go.
      db.onversionchange = () => db.close();
      db.onclose = () => (opening = null);
      resolve(db);
    };
    request.onerror = () => reject(new NoStore(request.error?.message));
  });
  opening.catch(() => (opening = null));
  return opening;
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * The shelves, within a transaction. Nothing else may be waited for between these.
 *
 * @typedef {object} Shelves
 * @property {(shelf: Shelf, key: Key) => Promise<any>} get
 * @property {(shelf: Shelf) => Promise<any[]>} all
 * @property {(shelf: Shelf, range: IDBKeyRange) => Promise<IDBValidKey[]>} keys
 * @property {(shelf: Shelf, value: unknown, key?: IDBValidKey) => Promise<unknown>} put
 * @property {(shelf: Shelf, key: Key) => Promise<unknown>} remove
 */

/**
 * Do several things at once: all of them, or none.
 *
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(shelves: Shelves) => Promise<T>} act
 * @returns {Promise<T>} Once it is kept. A full disk is a `QuotaExceededError`.
 */
export async function together(mode, act) {
  const transaction = (await database()).transaction(["works", "batches", "parts"], mode);
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
  const shelf = (/** @type {Shelf} */ name) => transaction.objectStore(name);
  const acted = act({
    get: (name, key) => answered(shelf(name).get(key)),
    all: (name) => answered(shelf(name).getAll()),
    keys: (name, range) => answered(shelf(name).getAllKeys(range)),
    put: (name, value, key) => answered(shelf(name).put(value, key)),
    remove: (name, key) => answered(shelf(name).delete(key)),
  });
  // What went wrong within it says more than that it was given up.
  acted.catch(() => {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
  });
  const [done] = await Promise.all([acted, ended]);
  return done;
}

/**
 * @param {Shelf} shelf
 * @param {Key} key
 * @returns {Promise<any>}
 */
export const kept = (shelf, key) => together("readonly", ({ get }) => get(shelf, key));

/**
 * @param {"works" | "batches"} shelf
 * @returns {Promise<any[]>}
 */
export const allKept = (shelf) => together("readonly", ({ all }) => all(shelf));

/**
 * Make the range of all parts of something.
 *
 * @param {string} id
 */
export const partsOf = (id) => IDBKeyRange.bound([id], [id, []]);

/**
 * Forget a work or a batch, and all its parts.
 *
 * @param {"works" | "batches"} shelf
 * @param {string} id
 */
export async function forget(shelf, id) {
  await together("readwrite", ({ remove }) => Promise.all([remove(shelf, id), remove("parts", partsOf(id))]));
}

/** Make an id that no other tab has. `crypto.randomUUID` is for secure pages only. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join("-");
}

export { keeps } from "./keeping.js";
