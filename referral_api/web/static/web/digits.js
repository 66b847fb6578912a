// Digits of every script, as the API reads them.

const DIGIT = /\p{Nd}/u;

/**
 * "Your code: ٠٤٢٧" → "0427"
 * @param {string} text
 */
export function digitsOf(text) {
  return Array.from(text)
    .filter((character) => DIGIT.test(character))
    .map(asciiDigit)
    .join("");
}

/**
 * Unicode has the digits of a script in a row, from zero to nine, and rows only beside whole rows.
 * @param {string} digit
 */
function asciiDigit(digit) {
  const point = digit.codePointAt(0) ?? 0;
  let first = point;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return (point - first) % 10;
}
