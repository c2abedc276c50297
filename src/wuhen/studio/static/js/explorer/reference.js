/** The reference that the service builds from its schema and its error catalogue. */

import { PAGE } from "../base/place.js";

/** @typedef {{ en: string, zh: string }} Both */

/**
 * @typedef {object} Parameter
 * @property {string} name
 * @property {string} path
 * @property {"string" | "int64" | "float" | "int64 or string" | "array" | "object"} type
 * @property {boolean} required
 * @property {Both} description
 * @property {Both | null} limits
 * @property {unknown} example
 * @property {boolean} picture
 * @property {string[]} suggested
 * @property {Parameter[]} [members]
 * @property {Parameter[]} [item] Of a list of structures: the members of each.
 */

/**
 * @typedef {object} ErrorCode
 * @property {string} code
 * @property {Both} meaning
 * @property {boolean} answered
 * @property {Both[]} messages
 */

/**
 * @typedef {object} Action
 * @property {string} action
 * @property {string} service
 * @property {string} version
 * @property {Both} description
 * @property {Parameter[]} parameters
 * @property {{ name: string, type: string, description: Both, picture: boolean }[]} answer
 */

/**
 * @typedef {object} Reference
 * @property {Action[]} actions
 * @property {string[]} regions
 * @property {ErrorCode[]} errors
 */

/** @returns {Promise<Reference>} */
export async function loadReference() {
  const answer = await fetch(new URL("reference.json", PAGE));
  if (!answer.ok) throw new Error(`reference.json: ${answer.status}`);
  return answer.json();
}

/**
 * @param {Parameter[]} parameters
 * @returns {Parameter[]} All of them, each before its members.
 */
export function everyParameter(parameters) {
  return parameters.flatMap((parameter) => [parameter, ...everyParameter(parameter.members ?? [])]);
}
