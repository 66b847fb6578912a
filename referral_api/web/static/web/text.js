// Sentences in the page's language, rendered by Django.

/** @import { Schemas } from "../../types" */

/** @type {{ sentences: Record<string, string>, fields: Record<string, string> }} */
const { sentences, fields } = JSON.parse(document.getElementById("texts")?.textContent ?? "");

export const language = document.documentElement.lang;

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return sentences[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * What the API says of a field, unless the page knows better what is meant to be in it.
 * @param {Schemas["FieldProblem"]} problem
 */
export function sayOfField({ pointer, message }) {
  return fields[pointer] ?? message;
}

/**
 * 37 → 0:37, 3600 → 1:00:00
 * @param {number} seconds
 */
export function clock(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = seconds % 60;
  if (hours) return `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}`;
  return `${minutes}:${twoDigits(rest)}`;
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, "0");
}

/** @param {string} iso */
export function moment(iso) {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(iso));
}

/** @param {number} milliseconds */
export function timeOfDay(milliseconds) {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(milliseconds);
}

/** Country calling codes of one, two and three digits. */
const WITH_COUNTRY_CODE =
  /^\+([17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[\d*]{3})([\d*]+)$/;

/**
 * +79161234567 → +7 916 123-45-67, for reading alone. Hidden digits are asterisks.
 * @param {string} phone
 */
export function readable(phone) {
  const parts = WITH_COUNTRY_CODE.exec(phone);
  if (!parts) return phone; // as it was typed
  const [, country, rest] = parts;
  return `+${country} ${grouped(country, rest)}`;
}

/**
 * @param {string} country
 * @param {string} rest
 */
function grouped(country, rest) {
  if (rest.length === 10) {
    if (country === "7") return rest.replace(/(...)(...)(..)(..)/, "$1 $2-$3-$4");
    if (country === "1") return rest.replace(/(...)(...)(....)/, "$1 $2-$3");
  }
  return rest.replace(/...(?=..)/g, "$& "); // by three, with two to four at the end
}
