// What is open in the room, as a link carries it: how many starts, whose waits, and what is predicted.

/** @typedef {{ n: number, level: number, first: boolean, guess: number }} Open */

/** @type {Readonly<Open>} */
export const AFRESH = { n: 1000, level: -1, first: false, guess: 0.5 };

/** @param {Open} open */
export function written({ n, level, first, guess }) {
  const parts = [`n${n}`, ...(level >= 0 ? [`l${level}`] : []), ...(first ? [`p${Math.round(100 * guess)}`] : [])];
  const text = parts.join("~");
  return text === `n${AFRESH.n}` ? "" : text;
}

/** @param {string} text @returns {Open} */
export function read(text) {
  const open = { ...AFRESH };
  for (const part of text.split("~")) {
    const number = Number(part.slice(1));
    if (!/^[nlp]\d{1,6}$/.test(part)) continue;
    if (part[0] === "n" && number >= 1) open.n = Math.min(100000, number);
    if (part[0] === "l") open.level = number;
    if (part[0] === "p") Object.assign(open, { first: true, guess: Math.min(1, number / 100) });
  }
  return open;
}

/** What a text says that the room does not know. @param {string} text */
export const misread = (text) => text.split("~").filter((part) => part && !/^[nlp]\d{1,6}$/.test(part));

/** The slope that the visitor's slider stands for. @param {number} guess @param {boolean} power */
export const slopeOf = (guess, power) => (power ? 8 * guess : 10 ** (-1.5 + 3 * guess));
