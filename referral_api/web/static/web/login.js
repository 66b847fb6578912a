// Phone → code → session.

import { call } from "./api.js";
import { $, countdown, forgetDrafts, keepDraft, notice, onClick, onSubmit, show } from "./dom.js";
import { keep, state } from "./store.js";
import { readable, say, timeOfDay } from "./text.js";

const phone = $("phone-input");
const code = $("code-input");

export function startLogin(onSession) {
  onSubmit($("phone-form"), async () => {
    if (awaitsCode(phone.value)) openCode();
    else await requestCode(phone.value);
  });
  onSubmit($("code-form"), () => logIn(onSession));
  onClick($("resend"), $("resend-place"), () => requestCode(state.request.typed));
  $("have-code").addEventListener("click", () => {
    keep({ request: { typed: phone.value, phone: phone.value } });
    openCode();
  });
  $("change-phone").addEventListener("click", () => openPhone());
  $("use-code").addEventListener("click", () => enter(state.request.code));
  code.addEventListener("input", () => enter(code.value));
  for (const box of document.querySelectorAll("[data-offer]")) {
    box.addEventListener("change", () => {
      keep({ offered: box.checked });
      showOffer();
    });
  }
}

export function openPhone() {
  $("have-code").hidden = true;
  showOffer();
  show("phone");
}

export function openCode() {
  const { phone, code: shown, code_length: length, ends, resends } = state.request;
  showOffer();
  $("sms").hidden = !shown;
  $("sms-code").textContent = shown ?? "";
  $("sent-to").textContent = say(length ? "sent_to" : "enter_known", { phone: readable(phone) });
  $("code-hint").textContent = length ? say("valid_until", { length, time: timeOfDay(ends) }) : "";
  $("resend").hidden = true;
  countdown($("resend-timer"), resends ?? 0, "resend_in", () => {
    $("resend").hidden = false;
  });
  show("code");
}

/** A code was sent to this number a moment ago: somebody who came back needs no other. */
function awaitsCode(typed) {
  return state.request?.typed === typed && state.request.resends > Date.now();
}

async function requestCode(typed) {
  notice("");
  try {
    const request = await call("POST", "/auth/code", { phone: typed });
    const ends = Date.now() + request.expires_in * 1000;
    const resends = Date.now() + request.resend_in * 1000;
    keep({ request: { ...request, typed, ends, resends } });
  } catch (problem) {
    $("have-code").hidden = problem.code !== "too_many_requests";
    throw problem;
  }
  keepDraft(code, "");
  openCode();
}

/** A pasted "Your code: 0427" is its digits; as many as were sent are a code, and log in. */
function enter(text) {
  const digits = text.replace(/\D/g, "").slice(0, 16);
  keepDraft(code, digits);
  if (digits.length === state.request.code_length) $("code-form").requestSubmit();
}

async function logIn(onSession) {
  const { phone, request_id } = state.request;
  const body = { phone, code: code.value, request_id };
  if (state.invite && state.offered !== false) body.invite_code = state.invite;
  const { invite_problem, ...tokens } = await call("POST", "/auth/login", body);
  keep({ session: tokens, request: null });
  if (body.invite_code && !invite_problem) keep({ invite: null });
  forgetDrafts();
  await onSession(invite_problem);
}

function showOffer() {
  for (const place of document.querySelectorAll(".offer")) {
    place.hidden = !state.invite;
    place.querySelector("[data-invite]").textContent = state.invite ?? "";
    place.querySelector("input").checked = state.offered !== false;
  }
}
