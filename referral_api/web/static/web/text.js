// Sentences in the page's language, rendered by Django.

const texts = JSON.parse(document.getElementById("texts").textContent);
export const language = document.documentElement.lang;

export function say(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** What the API says of a field, unless the page knows better what is meant to be in it. */
export function sayOfField({ pointer, message }) {
  return texts[pointer] ?? message;
}

/** 37 → 0:37, 3600 → 1:00:00 */
export function clock(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function moment(iso) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function timeOfDay(milliseconds) {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(milliseconds);
}
