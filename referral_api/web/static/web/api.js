// Every call to the API: a refusal becomes a Problem, an expired access token is refreshed once.

import { keep, state } from "./store.js";
import { language, say } from "./text.js";

const BASE = document.body.dataset.api;
const PATIENCE = 30_000; // milliseconds

export class Problem extends Error {
  constructor(body) {
    super(body.code);
    Object.assign(this, body);
  }
}

/** Without a session. */
export function call(method, path, body) {
  return send(method, path, body, {});
}

/** In the session; the problem `session_ended` says that there is none any more. */
export async function callAsUser(method, path, body) {
  const access = state.session?.access;
  try {
    return await send(method, path, body, { Authorization: `Bearer ${access}` });
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
  if (state.session?.access === access) await refresh(); // else another call has done it meanwhile
  return send(method, path, body, { Authorization: `Bearer ${state.session?.access}` });
}

let refreshing = null;

/** A refresh token can be spent once: calls that run at the same time share one refresh. */
function refresh() {
  refreshing ??= renewSession().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function renewSession() {
  try {
    const refresh = state.session?.refresh ?? "-";
    keep({ session: await call("POST", "/auth/refresh", { refresh }) });
  } catch (problem) {
    throw problem.status === 401 ? new Problem({ code: "session_ended" }) : problem;
  }
}

async function send(method, path, body, headers) {
  const contentType = body ? { "Content-Type": "application/json" } : {};
  const response = await answerTo(BASE.replace(/\/$/, "") + path, {
    method,
    headers: { "Accept-Language": language, ...contentType, ...headers },
    body: body && JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null); // a proxy's error page is not JSON
  if (response.ok && answer) return answer;
  throw new Problem(answer?.code ? answer : unknownProblem(response));
}

async function answerTo(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Problem({ code: "offline", title: say("offline"), detail: say("offline_detail") });
  }
}

function unknownProblem(response) {
  return {
    code: "server_error",
    status: response.status,
    title: say("server_error"),
    detail: say("server_error_detail"),
    retry_after: Number(response.headers.get("Retry-After")) || undefined,
  };
}
