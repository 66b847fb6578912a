// What a reload or a change of language must not lose. It is kept in the tab's sessionStorage,
// and ends with the tab.

/** @import { State } from "../../types" */

const KEY = "referral-api";

/** @returns {State} */
function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

export const state = stored();

/** @param {Partial<State>} changes */
export function keep(changes) {
  Object.assign(state, changes);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // A browser that forbids storage: only a reload starts anew.
  }
}
