// Phone → code → session.

/** @import { CodeRequest, OnSession } from "../../types" */

import { call, Problem } from "./api.js";
import { deviceToken, keepDeviceToken } from "./device.js";
import { digitsOf } from "./digits.js";
import { $, countdown, forgetDrafts, notice, onClick, onSubmit, part, show } from "./dom.js";
import { beginSession } from "./session.js";
import { keep, state } from "./store.js";
import { readable, say, timeOfDay } from "./text.js";
import { readSms, stopReading } from "./web_otp.js";

const phone = $("phone-input");
const code = $("code-input");

/** @param {OnSession} onSession */
export function startLogin(onSession) {
  onSubmit($("phone-form"), async () => {
    if (awaitsCode(phone.value)) openCode();
    else await requestCode(phone.value);
  });
  onSubmit($("code-form"), () => logIn(onSession));
  onClick($("resend"), $("resend-place"), () => requestCode(pending().typed));
  $("have-code").addEventListener("click", () => {
    keep({ request: { typed: phone.value, phone: phone.value } });
    openCode();
  });
  $("change-phone").addEventListener("click", () => openPhone());
  $("use-code").addEventListener("click", () => enter(pending().code ?? ""));
  code.addEventListener("input", (event) => {
    const isComposing = event instanceof InputEvent && event.isComposing;
    if (!isComposing) enter(code.value);
  });
  code.addEventListener("compositionend", () => enter(code.value));
  /** @type {NodeListOf<HTMLInputElement>} */
  const boxes = document.querySelectorAll("[data-offer]");
  for (const box of boxes) {
    box.addEventListener("change", () => {
      keep({ offered: box.checked });
      showOffer();
    });
  }
}

/** The request whose code is awaited; the step of the code always has one. */
function pending() {
  return /** @type {CodeRequest} */ (state.request);
}

export function openPhone() {
  stopReading();
  $("have-code").hidden = true;
  showOffer();
  show("phone");
}

export function openCode() {
  const { phone, code: shown, code_length: length, ends = 0, resends = 0 } = pending();
  showOffer();
  $("sms").hidden = !shown;
  $("sms-code").textContent = shown ?? "";
  $("sent-to").textContent = say(length ? "sent_to" : "enter_known", { phone: readable(phone) });
  $("code-hint").textContent = length ? say("valid_until", { length, time: timeOfDay(ends) }) : "";
  $("resend").hidden = true;
  countdown($("resend-timer"), resends, "resend_in", () => {
    $("resend").hidden = false;
  });
  show("code");
  if (!shown) readSms(enter); // a code that the page shows comes by no SMS
}

/**
 * A code was sent to this number a moment ago: somebody who came back needs no other.
 * @param {string} typed
 */
function awaitsCode(typed) {
  return state.request?.typed === typed && (state.request.resends ?? 0) > Date.now();
}

/** @param {string} typed */
async function requestCode(typed) {
  notice("");
  try {
    const body = { phone: typed, device_token: deviceToken() };
    const request = await call("POST", "/auth/code", body);
    const ends = Date.now() + request.expires_in * 1000;
    const resends = Date.now() + request.resend_in * 1000;
    keep({ request: { ...request, typed, ends, resends } });
  } catch (problem) {
    const tooMany = problem instanceof Problem && problem.code === "too_many_requests";
    $("have-code").hidden = !tooMany;
    throw problem;
  }
  code.value = "";
  openCode();
}

/**
 * A pasted "Your code: 0427" is its digits; as many as were sent are a code, and log in.
 * @param {string} text
 */
function enter(text) {
  const digits = digitsOf(text).slice(0, 16);
  code.value = digits;
  if (digits.length === pending().code_length) $("code-form").requestSubmit();
}

/** @param {OnSession} onSession */
async function logIn(onSession) {
  const { phone, request_id } = pending();
  const invite_code = state.offered === false ? null : state.invite;
  const body = {
    phone,
    code: code.value,
    request_id,
    invite_code,
    device_token: deviceToken(),
  };
  const login = await call("POST", "/auth/login", body);
  stopReading();
  keepDeviceToken(login.device_token);
  beginSession(login);
  keep({ request: null });
  const { invite_problem } = login;
  if (invite_code && !invite_problem) keep({ invite: null });
  forgetDrafts();
  await onSession(invite_problem);
}

function showOffer() {
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll(".offer");
  for (const place of places) {
    place.hidden = !state.invite;
    part(place, "[data-invite]").textContent = state.invite ?? "";
    const box = /** @type {HTMLInputElement} */ (part(place, "input"));
    box.checked = state.offered !== false;
  }
}
