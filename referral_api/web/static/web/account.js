// The account: its sessions, its data, its phone, its end.

/** @import { CodeRequest, Profile, Schemas } from "../../types" */

import { call, callAsUser, Problem } from "./api.js";
import { digitsOf } from "./digits.js";
import { $, announce, attempt, clearProblem, onClick, onSubmit, part } from "./dom.js";
import { moment, readable, say } from "./text.js";

/**
 * The code request for the new phone, while its code is awaited.
 * @type {CodeRequest | null}
 */
let request = null;
let phone = "";

/**
 * @param {(profile: Profile) => void} onProfile After a change of the phone.
 * @param {(text: string) => void} onLeave After a deletion, or to log in again.
 */
export function startAccount(onProfile, onLeave) {
  onClick($("show-sessions"), $("sessions-place"), showSessions);
  onClick($("end-others"), $("sessions-place"), endOthers);
  onClick($("export"), $("export-place"), downloadExport);
  onSubmit($("new-phone-form"), requestCode);
  onSubmit(
    $("new-code-form"),
    recently($("new-code-form"), () => changePhone(onProfile)),
  );
  onSubmit(
    $("delete-form"),
    recently($("delete-form"), () => deleteAccount(onLeave)),
  );
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll("[data-log-in-again]");
  for (const button of buttons) {
    button.addEventListener("click", () => onLeave(say("log_in_again")));
  }
}

/** @param {Profile} profile */
export function openAccount(profile) {
  phone = profile.phone;
}

/** Nothing of the last user stays on the page. */
export function forgetAccount() {
  request = null;
  phone = "";
  $("sessions").replaceChildren();
  $("end-others").hidden = true;
  $("new-code-form").hidden = true;
  for (const form of [$("new-phone-form"), $("new-code-form"), $("delete-form")]) {
    form.reset();
    clearProblem(form);
  }
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll("[data-log-in-again]");
  for (const button of buttons) button.hidden = true;
}

/**
 * Where the login is too long ago, a button beside the problem leads to a new one.
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 */
function recently(form, work) {
  return async () => {
    const again = part(form, "[data-log-in-again]");
    again.hidden = true;
    try {
      await work();
    } catch (problem) {
      again.hidden = !(problem instanceof Problem && problem.code === "login_not_recent");
      throw problem;
    }
  };
}

async function showSessions() {
  const { items } = await callAsUser("GET", "/auth/sessions");
  const { parse } = await import("./vendor/bowser.js"); // large, and seldom needed
  /** @param {string} userAgent */
  const device = (userAgent) => {
    if (!userAgent) return say("unknown_device");
    const { browser, os } = parse(userAgent);
    if (!browser.name || !os.name) return userAgent;
    return say("browser_on_system", { browser: browser.name, system: os.name });
  };
  $("sessions").replaceChildren(...items.map((item) => sessionItem(item, device(item.user_agent))));
  $("end-others").hidden = items.length < 2;
  announce(say("sessions_shown", { total: items.length }));
}

/**
 * @param {Schemas["OwnSessionOut"]} session
 * @param {string} device In words.
 */
function sessionItem({ id, last_used_at, is_current }, device) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const time = document.createElement("time");
  name.textContent = device;
  time.textContent = is_current
    ? say("this_session")
    : say("last_used", { time: moment(last_used_at) });
  time.dateTime = last_used_at;
  item.append(name, time);
  if (is_current) return item;
  const end = document.createElement("button");
  end.type = "button";
  end.className = "plain inline";
  end.textContent = say("end_session");
  end.setAttribute("aria-label", say("end_session_of", { device }));
  end.addEventListener("click", () => attempt($("sessions-place"), () => endSession(id)));
  item.append(end);
  return item;
}

/** @param {string} id */
async function endSession(id) {
  const path = /** @type {"/auth/sessions/{session_id}"} */ (`/auth/sessions/${id}`);
  await callAsUser("DELETE", path);
  await showSessions();
  $("sessions-title").focus();
}

async function endOthers() {
  await callAsUser("DELETE", "/auth/sessions");
  await showSessions();
  $("sessions-title").focus();
}

async function downloadExport() {
  const data = await callAsUser("GET", "/profile/export");
  const file = new Blob([JSON.stringify(data, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "referral-account.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

async function requestCode() {
  const typed = $("new-phone-input").value;
  const answer = await call("POST", "/auth/code", { phone: typed });
  request = { ...answer, typed };
  $("new-code-hint").textContent = say("sent_to", { phone: readable(answer.phone) });
  $("new-code-input").value = answer.code ?? "";
  $("new-code-form").hidden = false;
  $("new-code-input").focus();
}

/** @param {(profile: Profile) => void} onProfile */
async function changePhone(onProfile) {
  const code = digitsOf($("new-code-input").value);
  const body = { phone: request?.phone ?? "", code, request_id: request?.request_id ?? "" };
  const profile = await callAsUser("PUT", "/profile/phone", body);
  forgetAccount();
  onProfile(profile);
  announce(say("phone_changed", { phone: readable(profile.phone) }));
}

/** @param {(text: string) => void} onLeave */
async function deleteAccount(onLeave) {
  if (digitsOf($("delete-input").value) !== phone.slice(-4)) {
    throw new Problem({ code: "last_digits", title: say("last_digits"), detail: "" });
  }
  await callAsUser("DELETE", "/profile");
  onLeave(say("account_deleted"));
}
