/** The calls of the page's key, or of its account, as far as they are shown; looked for anew every few seconds. */

import { ask, askQuietly } from "../api/client.js";
import { key } from "../api/session.js";

/**
 * @typedef {object} Summary
 * @property {string} RequestId
 * @property {string} Time
 * @property {string} SecretId The key that it named.
 * @property {boolean} Verified
 * @property {string} Service
 * @property {string} Action
 * @property {string} Version
 * @property {string} Region
 * @property {string} Form
 * @property {string} Code Empty where the caller hung up.
 * @property {string} Message
 * @property {number} Duration Milliseconds.
 */

/**
 * @typedef {object} Details
 * @property {Record<string, unknown> | null} Parameters
 * @property {Record<string, string> | null} Headers
 * @property {Record<string, unknown> | null} Response
 * @property {{ Width: number, Height: number, Engine: string } | null} Result
 */

/** @typedef {Summary & Details} Call */
/** @typedef {{ ActionName?: string, Code?: string, Text?: string, SecretId?: string }} Wanted */

const PAGE = 50;
/** @type {import("./plot.js").Statistics} */
const NOTHING = { Step: 1, Points: [] };

/** Tells of every change with an event `change`. */
export class Calls extends EventTarget {
  constructor() {
    super();
    /** @type {Wanted} */
    this.wanted = {};
    /** @type {Summary[]} The newest first. */
    this.shown = [];
    this.total = 0;
    this.days = 0;
    this.most = 0;
    /** Whether an answer has come since what is wanted changed. */
    this.known = false;
    this.turn = 0;
    /** @type {import("./plot.js").Statistics} */
    this.statistics = NOTHING;
  }

  /** @returns {string | null} The account of whose keys the calls are shown; null for the page's key alone. */
  get account() {
    return key()?.Account ?? null;
  }

  /** @param {Wanted} wanted */
  want(wanted) {
    this.wanted = wanted;
    return this.restart();
  }

  /** Forget what is shown, and ask. */
  async restart() {
    this.shown = [];
    this.total = 0;
    this.known = false;
    this.statistics = NOTHING;
    this.turn += 1;
    this.#changed();
    await this.refresh();
  }

  /** Ask for what is new. */
  async refresh() {
    const answer = await this.#page(0);
    if (!answer) return;
    /** @type {Summary[]} */
    const newest = answer.Calls;
    const known = new Set(this.shown.map(({ RequestId }) => RequestId));
    const added = newest.filter(({ RequestId }) => !known.has(RequestId));
    const before = this.total;
    // More came than one answer holds, or what was there is gone: begin again.
    const anew = added.length === newest.length || answer.TotalCount < before;
    if (anew) this.shown = newest;
    else this.shown = [...added, ...this.shown];
    if (!(anew || added.length || !this.known || answer.TotalCount !== before)) return;
    this.#take(answer);
    await this.#count();
  }

  /** Ask for older ones. */
  async more() {
    const answer = await this.#page(this.shown.length);
    if (!answer) return;
    const known = new Set(this.shown.map(({ RequestId }) => RequestId));
    this.shown = [...this.shown, ...answer.Calls.filter((/** @type {Summary} */ call) => !known.has(call.RequestId))];
    this.#take(answer);
  }

  /** @returns {Promise<number>} How many were deleted. */
  async clear() {
    const { Deleted } = await ask("DeleteCalls");
    await this.restart();
    return Deleted;
  }

  /**
   * @param {string} id
   * @returns {Promise<Call>}
   */
  async open(id) {
    return (await ask("DescribeCall", { RequestId: id, ...this.#scope() })).Call;
  }

  #scope() {
    return this.account === null ? {} : { Scope: "account" };
  }

  async #count() {
    const turn = this.turn;
    const counted = await askQuietly("DescribeCallStatistics", { ...this.wanted, ...this.#scope() });
    if (turn !== this.turn) return;
    this.statistics = { Step: counted.Step, Points: counted.Points };
    this.#changed();
  }

  /**
   * @param {number} offset
   * @returns {Promise<Record<string, any> | null>} Null if something else is wanted by now.
   */
  async #page(offset) {
    const turn = this.turn;
    const answer = await askQuietly("DescribeCalls", { ...this.wanted, ...this.#scope(), Limit: PAGE, Offset: offset });
    return turn === this.turn ? answer : null;
  }

  /** @param {Record<string, any>} answer */
  #take(answer) {
    this.known = true;
    this.total = answer.TotalCount;
    this.days = answer.RetentionDays;
    this.most = answer.MostCalls;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
