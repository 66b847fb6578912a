// The session of this tab. A tab that is opened from it gets a copy of its sessionStorage, and so
// the same session: such tabs tell each other the newest tokens, and the logout.

/** @import { Schemas, Session } from "../../types" */

import { keep, state } from "./store.js";

/**
 * Only the tabs of this session know its name.
 * @type {BroadcastChannel | null}
 */
let channel = null;

/** @param {Pick<Schemas["SessionOut"], "access" | "refresh">} tokens Of a login. */
export function beginSession({ access, refresh }) {
  const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
  keep({ session: { id, turn: 0, access, refresh } });
  joinSession();
}

/** After a reload: another tab may have newer tokens meanwhile, and then tells them. */
export function joinSession() {
  if (!state.session?.id) return;
  channel = new BroadcastChannel(nameOf(state.session));
  channel.addEventListener("message", hear);
  channel.postMessage(state.session);
}

/** @param {Pick<Schemas["SessionOut"], "access" | "refresh">} tokens Of a refresh. */
export function renewSession({ access, refresh }) {
  const session = /** @type {Session} */ (state.session);
  const renewed = { id: session.id, turn: session.turn + 1, access, refresh };
  keep({ session: renewed });
  channel?.postMessage(renewed);
}

/** In this tab alone. */
export function endSession() {
  keep({ session: null });
  channel?.close();
  channel = null;
}

/** In the other tabs of the session. */
export function endSessionElsewhere() {
  channel?.postMessage(null);
}

/**
 * Does `work` in one tab at a time, where the browser can: over plain http it has no locks.
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
export async function inTurn(work) {
  if (navigator.locks && state.session) await navigator.locks.request(nameOf(state.session), work);
  else await work();
}

/** @param {Session} session */
function nameOf({ id }) {
  return `referral-api session ${id}`;
}

/** @param {MessageEvent<Session | null>} message */
function hear({ data: told }) {
  if (!state.session) return;
  if (!told) dispatchEvent(new Event("logged-out"));
  else if (told.turn > state.session.turn) keep({ session: told });
  else if (told.turn < state.session.turn) channel?.postMessage(state.session);
}
