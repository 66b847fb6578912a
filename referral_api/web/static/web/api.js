// Every call to the API: a refusal becomes a Problem, an expired access token is refreshed once.

/** @import { Call, Refusal } from "../../types" */

import { inTurn, renewSession } from "./session.js";
import { state } from "./store.js";
import { language, say } from "./text.js";

const BASE = (document.body.dataset.api ?? "").replace(/\/$/, "");
const PATIENCE = 30_000; // milliseconds

export class Problem extends Error {
  /** @param {Refusal} body */
  constructor(body) {
    super(body.code);
    this.code = body.code;
    this.status = body.status;
    this.title = body.title;
    this.detail = body.detail;
    this.errors = body.errors;
    this.retry_after = body.retry_after;
    this.attempts_left = body.attempts_left;
  }
}

/**
 * No session, or none any more.
 * @param {unknown} error
 */
export function isUnauthenticated(error) {
  return error instanceof Problem && error.status === 401;
}

/**
 * Without a session.
 * @type {Call}
 */
export function call(method, path, body) {
  return send(method, path, body, {});
}

/**
 * In the session. The problem `session_ended` says that there is none any more, `session_left` that
 * the page left it before the answer came: nothing of it may be shown.
 * @type {Call}
 */
export async function callAsUser(method, path, body) {
  const id = state.session?.id;
  let answer;
  try {
    answer = await sendAsUser(method, path, body);
  } catch (problem) {
    if (state.session?.id === id) throw problem;
  }
  if (state.session?.id !== id) throw new Problem({ code: "session_left" });
  return answer;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | undefined} body
 */
async function sendAsUser(method, path, body) {
  const access = state.session?.access;
  try {
    return await send(method, path, body, { Authorization: `Bearer ${access}` });
  } catch (problem) {
    if (!isUnauthenticated(problem)) throw problem;
  }
  await refresh(access);
  return send(method, path, body, { Authorization: `Bearer ${state.session?.access}` });
}

/** @type {Promise<void> | null} */
let refreshing = null;

/**
 * A refresh token has one successor: calls that run at the same time share one refresh, and tabs
 * that share a session take turns.
 * @param {string | undefined} refused The access token that was refused.
 */
function refresh(refused) {
  refreshing ??= inTurn(() => replaceTokens(refused)).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** @param {string | undefined} refused */
async function replaceTokens(refused) {
  const session = state.session;
  if (session?.access !== refused) return; // another call or another tab has done it meanwhile
  try {
    const tokens = await call("POST", "/auth/refresh", { refresh: session?.refresh ?? "-" });
    if (state.session === session) renewSession(tokens); // else it ended, or has newer tokens
  } catch (problem) {
    if (isUnauthenticated(problem)) throw new Problem({ code: "session_ended" });
    throw problem;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object | undefined} body
 * @param {Record<string, string>} headers
 * @returns {Promise<any>} `Call` knows which.
 */
async function send(method, path, body, headers) {
  headers["Accept-Language"] = language;
  if (body) headers["Content-Type"] = "application/json";
  const response = await answerTo(BASE + path, {
    method,
    headers,
    body: body && JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null); // a proxy's error page is not JSON
  if (response.ok && answer) return answer;
  throw new Problem(answer?.code ? answer : unknownProblem(response));
}

/**
 * @param {string} address
 * @param {RequestInit} options
 */
async function answerTo(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Problem({ code: "offline", title: say("offline"), detail: say("offline_detail") });
  }
}

/**
 * @param {Response} response
 * @returns {Refusal}
 */
function unknownProblem(response) {
  return {
    code: "server_error",
    status: response.status,
    title: say("server_error"),
    detail: say("server_error_detail"),
    retry_after: Number(response.headers.get("Retry-After")) || undefined,
  };
}
