// How long starts wait at a saddle: the survival and the slope of the study at hand, beside those of the studies
// before it, and the saddle that is chosen.

import { watchedLevel } from "./gather.js";
import { rowOf } from "./slope.js";
import { slopeOf, written } from "./state.js";
import { isTold, nameOf } from "./told.js";
import { SAID } from "./words.js";

const MOST_OTHERS = 3; // studies of before that stay to be compared with

/** Of studies that could be read to their tail the curve stays. */
export function remember(/** @type {any} */ room) {
  const { study } = room.asking.state;
  const level = study ? levelOf(room) : -1;
  const wait = study?.waits[level];
  if (!wait?.curve) return;
  const label = labelOf(study);
  const own = { label, law: study.levels[level].law, curve: wait.curve, tail: wait.tail };
  const others = room.others.filter((/** @type {any} */ other) => other.label !== label);
  room.others = [own, ...others].slice(0, MOST_OTHERS);
}

/** @param {any} study */
const labelOf = ({ scenario }) => scenario.dims.join("–");

export const levelOf = (/** @type {any} */ room) => watchedLevel(room.asking.state.study, room.open.level);

/** The survival of the waits, and their slope. */
export function showWaits(/** @type {any} */ room) {
  const { study } = room.asking.state;
  const level = levelOf(room);
  const wait = study.waits[level] ?? { curve: null, tail: null, passed: 0 };
  const law = study.levels[level]?.law ?? { law: "none", total: null, rate: null, open: false, reason: "" };
  const others = othersOf(room);
  const power = law.law === "power";
  const predicted = room.open.first ? slopeOf(room.open.guess, power) : null;
  room.survival.show({ n: study.n, law, curve: wait.curve, tail: wait.tail, predicted, others, label: labelOf(study) });
  showSlope(room, wait, law, others);
  title(room, "survival", SAID.survival, SAID.survivalPhrase(nameOf(study, level), power));
  title(room, "slope", SAID.slopes[power ? "power" : law.rate ? "codimension" : "slope"], SAID.slopesPhrase);
  room.find(".law").innerHTML = law.open ? "" : SAID.law[/** @type {"none"} */ (law.law)];
  showLevels(room, level);
}

/** Studies of before, each with a color. */
function othersOf(/** @type {any} */ room) {
  const { study } = room.asking.state;
  const colors = ["up", "soft", "negative"].map((name) => room.ink()[name]);
  return room.others
    .filter((/** @type {any} */ { label }) => label !== labelOf(study))
    .map((/** @type {any} */ other, /** @type {number} */ k) => ({
      ...other,
      kind: other.law,
      law: other.law.law,
      color: colors[k],
    }));
}

/** @param {any} room @param {any} wait @param {import("./gather.js").Law} law @param {any[]} others */
function showSlope(room, wait, law, others) {
  const { study } = room.asking.state;
  const power = law.law === "power";
  const same = others.filter(
    (/** @type {any} */ other) => other.law === law.law && (other.kind.rate === null) === (law.rate === null),
  );
  const rows = [
    rowOf(labelOf(study), wait.tail, law.rate, room.ink().down),
    ...same.map((/** @type {any} */ other) => rowOf(other.label, other.tail, other.kind.rate, other.color)),
  ].filter((row) => row !== null);
  const own = rows.length > 0 && wait.tail?.value != null;
  const few = study.n > 0 && law.law !== "none" && !own ? whyNone(wait.tail, power) : law.reason;
  const held = own && (wait.tail.value === 0 || isTold(wait.tail));
  const noted = power ? law.reason : (law.reason.split("; ")[1] ?? ""); // else how far the rates are one
  room.slope.show(rows, own ? [held ? "" : SAID.notStable, noted].join(" ").trim() : few);
}

/** Why no number stands there yet: of a power law the kernel says what it takes. @param {any} tail @param {boolean} power */
const whyNone = (tail, power) => (power && tail?.estimates.length > 0 ? tail.reason : SAID.few);

/** @param {any} room @param {string} pane @param {string} words @param {string} phrase */
export function title(room, pane, words, phrase) {
  room.find(`[data-pane="${pane}"] h2`).textContent = words;
  room.find(`[data-pane="${pane}"] .phrase`).textContent = phrase;
}

/** Whose waits are looked at. @param {any} room */
export function addLevels(room) {
  const select = document.createElement("select");
  Object.assign(select, { className: "levels", ariaLabel: SAID.survival, hidden: true });
  select.addEventListener("change", () => {
    room.open.level = Number(select.value);
    room.write(written(room.open));
    showWaits(room);
    room.follow();
  });
  room.find('[data-pane="survival"] .named').append(select);
  room.levels = select;
}

/** @param {any} room @param {number} level */
function showLevels(room, level) {
  const { study } = room.asking.state;
  const offered = study.waits.map((_, k) => k).filter((/** @type {number} */ k) => study.waits[k].curve);
  room.levels.hidden = offered.length < 2;
  room.levels.replaceChildren(...offered.map((/** @type {number} */ k) => new Option(nameOf(study, k), String(k))));
  room.levels.value = String(level);
}
