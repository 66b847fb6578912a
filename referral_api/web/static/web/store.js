// What a reload or a change of language must not lose. It is kept in the tab's sessionStorage,
// and ends with the tab.

const KEY = "referral-api";

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/**
 * step, session, request (of a code), invite (code offered by a link),
 * offered (whether to use it), drafts
 */
export const state = stored();

export function keep(changes) {
  Object.assign(state, changes);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // A browser that forbids storage: only a reload starts anew.
  }
}
