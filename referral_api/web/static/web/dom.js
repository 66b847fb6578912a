// Steps, problems and countdowns: how the page shows what happened. Data is text, never markup.

/** @import { ElementOf, Work } from "../../types" */

import { Problem } from "./api.js";
import { keep, state } from "./store.js";
import { clock, say, sayOfField } from "./text.js";

/**
 * The element of page.html that has this id.
 * @template {string} Id
 * @param {Id} id
 */
export function $(id) {
  return /** @type {ElementOf<Id>} */ (document.getElementById(id));
}

/**
 * The part of a place that every such place has.
 * @param {Element} place
 * @param {string} selector
 */
export function part(place, selector) {
  return /** @type {HTMLElement} */ (place.querySelector(selector));
}

/**
 * The field of a place, if it has one.
 * @param {Element} place
 * @returns {HTMLInputElement | null}
 */
function fieldOf(place) {
  return place.querySelector("input:not([type=checkbox])");
}

/**
 * For screen readers, what the eye can see by itself.
 * @param {string} text
 */
export function announce(text) {
  $("said").textContent = text;
}

/** @param {string} text */
export function notice(text) {
  $("notice").textContent = text;
}

/**
 * One step is on the page; the focus goes to its field, or else to its heading.
 * @param {string} step
 */
export function show(step) {
  /** @type {NodeListOf<HTMLElement>} */
  const sections = document.querySelectorAll("main > section");
  for (const section of sections) {
    section.hidden = section.id !== step;
  }
  const title = $(`${step}-title`);
  document.title = `${title.textContent} · Referral API`;
  keep({ step });
  const field = document.getElementById(`${step}-input`);
  (field ?? title).focus();
}

const busy = new Set();

/**
 * Does `work` once at a time, however often it is asked for; a refusal is shown at its place.
 * @param {HTMLElement} place
 * @param {Work} work
 */
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
    else if (problem.code !== "session_left") showProblem(place, problem);
  } finally {
    busy.delete(place);
    place.removeAttribute("aria-busy");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Work} work
 */
export function onSubmit(form, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form, work);
  });
}

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} place
 * @param {Work} work
 */
export function onClick(button, place, work) {
  button.addEventListener("click", () => attempt(place, work));
}

/**
 * @param {HTMLElement} place
 * @param {Problem} problem
 */
export function showProblem(place, problem) {
  const section = place.closest("section");
  if (section?.hidden) show(section.id);
  clearProblem(place);
  const field = fieldOf(place);
  part(place, ".problem").textContent = sentences(problem);
  field?.setAttribute("aria-invalid", "true");
  field?.focus();
  if (field?.inputMode === "numeric") field.select(); // a wrong code is typed anew
  if (problem.retry_after) {
    const timer = part(place, ".timer");
    countdown(timer, Date.now() + problem.retry_after * 1000, "wait", () => {
      clearProblem(place);
      announce(say("wait_over"));
    });
  }
}

/** @param {HTMLElement} place */
export function clearProblem(place) {
  const timer = part(place, ".timer");
  stop(timer);
  timer.hidden = true;
  part(place, ".problem").textContent = "";
  fieldOf(place)?.removeAttribute("aria-invalid");
}

/** @param {Problem} problem */
function sentences({ title, detail, errors, attempts_left: tries }) {
  if (errors?.length) return errors.map(sayOfField).join(" ");
  if (tries !== undefined) return `${title} ${say("tries_left", { tries })}`;
  return `${title} ${detail}`;
}

/** @type {Map<HTMLElement, ReturnType<typeof setInterval>>} */
const running = new Map();

/** @param {HTMLElement} element */
function stop(element) {
  clearInterval(running.get(element));
}

/**
 * Counts down by the clock, not by its ticks: a tab in the background gets few of them.
 * @param {HTMLElement} element
 * @param {number} end In milliseconds.
 * @param {string} text The key of a sentence with `{time}`.
 * @param {() => void} over
 */
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

/** @returns {NodeListOf<HTMLInputElement>} */
function keptFields() {
  return document.querySelectorAll("[data-kept]");
}

/** What was typed survives a reload. */
export function keepDrafts() {
  for (const field of keptFields()) {
    field.value = state.drafts?.[field.id] ?? "";
    field.addEventListener("input", () => keepDraft(field));
  }
}

export function forgetDrafts() {
  for (const field of keptFields()) keepDraft(field, "");
}

/** @param {HTMLInputElement} field */
export function keepDraft(field, value = field.value) {
  field.value = value;
  keep({ drafts: { ...state.drafts, [field.id]: value } });
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} button
 */
export async function copy(element, button) {
  getSelection()?.selectAllChildren(element);
  if (!(await copied(element.textContent ?? ""))) return notice(say("copy_failed"));
  getSelection()?.removeAllRanges();
  announce(say("copied"));
  if (button.dataset.label) return;
  const label = button.textContent ?? "";
  button.dataset.label = label;
  button.textContent = `✓ ${say("copied")}`;
  setTimeout(() => {
    button.textContent = label;
    delete button.dataset.label;
  }, 2000);
}

/** @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy"); // plain http has no navigator.clipboard
  }
}
