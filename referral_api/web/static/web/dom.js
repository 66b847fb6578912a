// Steps, problems and countdowns: how the page shows what happened. Data is text, never markup.

import { Problem } from "./api.js";
import { keep, state } from "./store.js";
import { clock, say, sayOfField } from "./text.js";

export const $ = (id) => document.getElementById(id);

/** For screen readers, what the eye can see by itself. */
export function announce(text) {
  $("said").textContent = text;
}

export function notice(text) {
  $("notice").textContent = text;
}

/** One step is on the page; the focus goes to its field, or else to its heading. */
export function show(step) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== step;
  }
  document.title = `${$(`${step}-title`).textContent} · Referral API`;
  keep({ step });
  ($(`${step}-input`) ?? $(`${step}-title`)).focus();
}

const busy = new Set();

/** Does `work` once at a time, however often it is asked for; a refusal is shown at its place. */
export async function attempt(place, work) {
  if (busy.has(place)) return;
  busy.add(place);
  place.setAttribute("aria-busy", "true");
  try {
    await work();
    clearProblem(place);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === "session_ended") dispatchEvent(new Event("session-ended"));
    else showProblem(place, problem);
  } finally {
    busy.delete(place);
    place.removeAttribute("aria-busy");
  }
}

export function onSubmit(form, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form, work);
  });
}

export function onClick(button, place, work) {
  button.addEventListener("click", () => attempt(place, work));
}

export function showProblem(place, problem) {
  const section = place.closest("section");
  if (section.hidden) show(section.id);
  clearProblem(place);
  const field = place.querySelector("input:not([type=checkbox])");
  place.querySelector(".problem").textContent = sentences(problem);
  field?.setAttribute("aria-invalid", "true");
  field?.focus();
  if (field?.inputMode === "numeric") field.select(); // a wrong code is typed anew
  if (problem.retry_after) {
    const timer = place.querySelector(".timer");
    countdown(timer, Date.now() + problem.retry_after * 1000, "wait", () => {
      clearProblem(place);
      announce(say("wait_over"));
    });
  }
}

export function clearProblem(place) {
  const timer = place.querySelector(".timer");
  stop(timer);
  timer.hidden = true;
  place.querySelector(".problem").textContent = "";
  place.querySelector("input:not([type=checkbox])")?.removeAttribute("aria-invalid");
}

function sentences({ title, detail, errors, attempts_left: tries }) {
  if (errors?.length) return errors.map(sayOfField).join(" ");
  if (tries !== undefined) return `${title} ${say("tries_left", { tries })}`;
  return `${title} ${detail}`;
}

const running = new Map();

function stop(element) {
  clearInterval(running.get(element));
}

/** Counts down by the clock, not by its ticks: a tab in the background gets few of them. */
export function countdown(element, end, text, over) {
  stop(element);
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    element.hidden = left <= 0;
    element.textContent = left > 0 ? say(text, { time: clock(left) }) : "";
    if (left > 0) return;
    stop(element);
    over();
  };
  running.set(element, setInterval(tick, 500));
  tick();
}

/** What was typed survives a reload. */
export function keepDrafts() {
  for (const field of document.querySelectorAll("[data-kept]")) {
    field.value = state.drafts?.[field.id] ?? "";
    field.addEventListener("input", () => keepDraft(field));
  }
}

export function forgetDrafts() {
  for (const field of document.querySelectorAll("[data-kept]")) keepDraft(field, "");
}

export function keepDraft(field, value = field.value) {
  field.value = value;
  keep({ drafts: { ...state.drafts, [field.id]: value } });
}

export async function copy(element, button) {
  getSelection().selectAllChildren(element);
  if (!(await copied(element.textContent))) return notice(say("copy_failed"));
  getSelection().removeAllRanges();
  announce(say("copied"));
  if (button.dataset.label) return;
  button.dataset.label = button.textContent;
  button.textContent = `✓ ${say("copied")}`;
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 2000);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy"); // plain http has no navigator.clipboard
  }
}
