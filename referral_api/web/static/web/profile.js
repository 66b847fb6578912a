// The profile: own code, the inviter's code, the invited, the API token.

/** @import { Profile, Schemas } from "../../types" */

import { openAccount } from "./account.js";
import { call, callAsUser, isUnauthenticated, Problem } from "./api.js";
import {
  $,
  announce,
  attempt,
  copy,
  keepDraft,
  notice,
  onClick,
  onSubmit,
  show,
  showProblem,
} from "./dom.js";
import { keep, state } from "./store.js";
import { moment, readable, say } from "./text.js";

/**
 * The cursor of the next page.
 * @type {string | null}
 */
let next = null;
/** @type {Profile | null} */
let profile = null;
/**
 * The renewal that nobody asked for, while it runs.
 * @type {Promise<void> | null}
 */
let renewing = null;

/** @param {() => void} onLogOut */
export function startProfile(onLogOut) {
  onSubmit($("invite-form"), activate);
  $("more").addEventListener("click", async () => {
    await renewing; // else the click would find the place busy, and be lost
    attempt($("invited"), loadMore);
  });
  onClick($("renew"), $("invited"), renew);
  $("try-again").addEventListener("click", () => openProfile());
  onClick($("create-token"), $("token-place"), createToken);
  onClick($("revoke-token"), $("token-place"), revokeToken);
  onClick($("log-out"), $("log-out-place"), () => logOut(onLogOut));
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll("[data-copy]");
  for (const button of buttons) {
    const copied = $(button.dataset.copy ?? "");
    button.addEventListener("click", () => copy(copied, button));
  }
  $("share").hidden = !navigator.share;
  $("share").addEventListener("click", share);
  addEventListener("focus", renewQuietly); // back from the tab of the person who was invited
  document.addEventListener("visibilitychange", renewQuietly);
}

/**
 * `inviteProblem`: why the code offered at login was not activated.
 * @param {Schemas["Problem"] | null} [inviteProblem]
 */
export function openProfile(inviteProblem = null) {
  return attempt($("trouble-place"), async () => {
    profile = await callAsUser("GET", "/profile");
    render(profile);
    show("profile");
    if (!inviteProblem) return;
    if (profile.activated_invite_code) notice(inviteProblem.title);
    else showProblem($("invite-form"), new Problem(inviteProblem));
  });
}

/** @param {Profile} changed */
export function showProfile(changed) {
  profile = changed;
  render(changed);
  $("profile-title").focus();
}

/** @param {Profile} profile */
function render(profile) {
  openAccount(profile);
  const { phone, invite_code, invite_link, invited_users } = profile;
  $("own-phone").textContent = readable(phone);
  $("own-code").textContent = invite_code;
  $("own-link").textContent = invite_link;
  $("qr").src = `${new URL(invite_link).pathname}/qr.svg`;
  renderInviter(profile);
  $("people").replaceChildren();
  addPeople(invited_users);
}

/** @param {Profile} profile */
function renderInviter({ activated_invite_code: code, activated_at }) {
  $("activated").hidden = !code;
  $("invite-form").hidden = Boolean(code);
  $("activated-code").textContent = code ?? "";
  $("activated-at").textContent = activated_at
    ? say("invited_by", { time: moment(activated_at) })
    : "";
  if (code) keep({ invite: null });
  else if (state.invite && !$("invite-input").value) keepDraft($("invite-input"), state.invite);
}

/** @param {Schemas["InvitedUsersOut"]} page */
function addPeople({ total, items, next_cursor }) {
  $("people").append(...items.map(person));
  $("total").textContent = String(total);
  $("nobody").hidden = total > 0;
  $("more").hidden = !next_cursor;
  next = next_cursor;
}

/** @param {Schemas["InvitedUserOut"]} user */
function person({ phone, activated_at }) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const time = document.createElement("time");
  name.textContent = readable(phone);
  time.textContent = moment(activated_at);
  time.dateTime = activated_at;
  item.append(name, time);
  return item;
}

async function activate() {
  const invite_code = $("invite-input").value;
  profile = await callAsUser("POST", "/profile/activate-invite", { invite_code });
  keepDraft($("invite-input"), "");
  render(profile);
  announce(say("invited_now", { code: profile.activated_invite_code ?? "" }));
  $("profile-title").focus();
}

async function loadMore() {
  if (!next) return; // the renewal before it has shown them all, or the session has ended
  const cursor = encodeURIComponent(next);
  const page = await callAsUser("GET", `/profile/invited-users?cursor=${cursor}`);
  const first = $("people").children.length;
  addPeople(page);
  announce(say("more_loaded", { shown: $("people").children.length, total: page.total }));
  if ($("more").hidden) {
    const item = $("people").querySelectorAll("li")[first];
    item?.setAttribute("tabindex", "-1");
    item?.focus();
  }
}

async function renew() {
  const before = profile?.invited_users.total ?? 0;
  const fresh = await callAsUser("GET", "/profile");
  const changed = JSON.stringify(fresh) !== JSON.stringify(profile);
  profile = fresh;
  if (changed) render(fresh); // else the pages that were loaded stay
  const { total } = fresh.invited_users;
  if (total > before) announce(say("new_invited", { total }));
}

function renewQuietly() {
  if (state.step !== "profile" || document.hidden || !profile) return;
  renewing ??= attempt($("invited"), renew).finally(() => {
    renewing = null;
  });
}

async function createToken() {
  const { token } = await callAsUser("POST", "/auth/api-token");
  showToken(token);
  $("token").focus();
}

async function revokeToken() {
  await callAsUser("DELETE", "/auth/api-token");
  showToken("");
  $("token-said").textContent = say("token_revoked");
}

/** @param {string} token */
function showToken(token) {
  $("token").textContent = token;
  $("token-said").textContent = "";
  $("token").hidden = !token;
  $("copy-token").hidden = !token;
}

function share() {
  if (!profile) return;
  const text = say("share_text", { code: profile.invite_code });
  navigator.share({ text, url: profile.invite_link }).catch(() => {}); // closed without sharing
}

/** @param {() => void} onLogOut */
async function logOut(onLogOut) {
  try {
    await call("POST", "/auth/logout", { refresh: state.session?.refresh ?? "-" });
  } catch (problem) {
    if (!isUnauthenticated(problem)) throw problem; // 401: it had ended before
  }
  onLogOut();
}

const OF_THE_LOGIN = ["sent-to", "sms-code"];
const OF_THE_PROFILE = [
  "own-phone",
  "own-code",
  "own-link",
  "activated-code",
  "activated-at",
  "total",
];

/** Nothing of the last user stays on the page. */
export function forgetProfile() {
  profile = null;
  next = null;
  showToken("");
  for (const id of [...OF_THE_LOGIN, ...OF_THE_PROFILE]) $(id).textContent = "";
  $("people").replaceChildren();
  $("qr").removeAttribute("src");
}
