/** A worker that is asked things and answers them, each answer to its question. */

import { NotLoaded } from "./loading.js";

export class Tasks {
  /** @param {URL} module */
  constructor(module) {
    this.module = module;
    /** @type {Worker | null} Started when it is first needed. */
    this.worker = null;
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    this.last = 0;
  }

  /**
   * @param {Record<string, unknown>} question
   * @param {Transferable[]} [transferred]
   * @returns {Promise<any>}
   */
  ask(question, transferred = []) {
    this.worker ??= this.#start();
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker?.postMessage({ ...question, id }, transferred);
    });
  }

  #start() {
    const worker = new Worker(this.module, { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const asked = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.error === undefined) asked?.resolve(data);
      else asked?.reject(new Error(data.error));
    });
    worker.addEventListener("error", (event) => {
      // Without a message it is the module that did not come.
      const error = event.message ? new Error(event.message) : new NotLoaded();
      for (const asked of this.waiting.values()) asked.reject(error);
      this.waiting.clear();
      this.worker = null;
    });
    return worker;
  }
}
