/**
 * Storage for what the page remembers, where the browser lets it have none: users who block cookies block that, too. Then
 * it remembers for as long as it is open. Imported before everything that looks there.
 */

class Memory {
  constructor() {
    /** @type {Map<string, string>} */
    this.items = new Map();
  }

  /** @param {string} name */
  getItem(name) {
    return this.items.get(name) ?? null;
  }

  /** @param {string} name @param {string} value */
  setItem(name, value) {
    this.items.set(name, String(value));
  }

  /** @param {string} name */
  removeItem(name) {
    this.items.delete(name);
  }
}

const PROBE = "wuhen.probe";

for (const name of /** @type {const} */ (["localStorage", "sessionStorage"])) {
  try {
    globalThis[name].setItem(PROBE, "");
    globalThis[name].removeItem(PROBE);
  } catch {
    Object.defineProperty(globalThis, name, { value: new Memory() });
  }
}
