// The run as the browser foresees it: the pictures of the run before with other numbers in them. What was
// not computed is left out of them, and a picture that cannot follow at all is none of these.

import { written } from "../draw/numbers.js";
import { WORDS } from "../page/words.js";

/** @typedef {import("../draw/picture.js").Picture} Picture */
/** @typedef {{ first: number, last: number, learned: number[], missed: number[], level: number }} Stay modes from 1 */
/**
 * What the worker answers.
 * @typedef {{ start: Float64Array, t: Float64Array, loss: Float64Array, strengths: Float64Array[], norms: Float64Array[],
 *   weights: Float32Array[], products: Float32Array, stays: Stay[] | null,
 *   still: { t: Float64Array, matrices: Float32Array[], spectra: Float64Array[] },
 *   hessian: { t: Float64Array, n: number, eigenvalues: Float64Array } | null }} Found
 */

const FLOOR = 1e-300; // where a log axis takes no 0
const HALF = 0.5; // of its strength: a mode is learned
const SMALL = 1e-9; // of the largest eigenvalue: no sign
const CLOSE = 1e-9; // relative: values that are one

/** @type {Record<string, (picture: any, run: any, found: Found, known: import("./job.js").Known) => any>} */
const PICTURES = { loss, tree, modes, invariants, matrices, network, hessian };

/**
 * The partial run as one that stays: what can be said of each moment is counted from its own numbers.
 * @param {any} run
 * @param {import("./job.js").Known} known
 * @param {Found} found
 */
export function edited(run, known, found) {
  const { made, now, ...rest } = partialRun(run, known, found);
  const names = /** @type {string[]} */ ([]);
  const sentences = Int32Array.from(found.t, (_, f) => {
    const learned = Array.from(known.strengths, (s, k) => (s > 0 && found.strengths[k][f] >= HALF * s ? k + 1 : 0));
    const words = WORDS.hand.soFar(
      learned.filter((mode) => mode > 0),
      known.strengths.length,
    );
    if (!names.includes(words)) names.push(words);
    return names.indexOf(words);
  });
  const texts = names.map((words) => ({
    headline: [[words, 0]],
    facts: [
      ["L = «L»", 0, 1],
      [WORDS.hand.computedHere, 0, 0],
    ],
    short: [[words, 0]],
  }));
  const empty = Object.fromEntries(Object.keys(run.words).map((name) => [name, ""]));
  const form = { ...run.form, singular_values: Array.from(known.strengths), preset: "", based_on: "" };
  const [strengths, layers] = [[...form.strengths], form.layer_singular_values.map((layer) => [...layer])];
  for (const { field, index, value } of [...known.moves, ...(known.bent?.moves ?? [])]) {
    if (index.length === 0) form[field] = value;
    else if (index.length === 1) strengths[index[0]] = value;
    else layers[index[0]][index[1]] = value;
  }
  return {
    ...{ ...rest, made, pictures: made, now: { ...now, sentences, texts, values: { L: found.loss }, about: null } },
    words: { ...empty, verdict: WORDS.hand.computedHere },
    ...{ phrases: {}, milestones: [], preview: { ...known, start: found.start, since: null }, id: run.id + 1 },
    form: {
      ...form,
      strengths,
      layer_singular_values: layers,
      words: { ...form.words, preset: "", look: "", beside: "" },
    },
  };
}

/**
 * @param {any} run the run before
 * @param {import("./job.js").Known} known what it is computed from
 * @param {Found} found
 */
export function partialRun(run, known, found) {
  const pictures = /** @type {Record<string, Picture>} */ ({});
  for (const [name, make] of Object.entries(PICTURES)) {
    const made = run.made[name] && make(run.made[name], run, found, known);
    if (made) pictures[name] = made;
  }
  const spectra = found.hessian && { ...found.hessian, counts: new Int32Array(3 * found.hessian.t.length).fill(-1) };
  return { ...run, t: found.t, loss: found.loss, now: nowOf(run, found), spectra, made: pictures, foreseen: true };
}

// Where it is at each moment, without a word.
function nowOf({ made, now }, { t, stays }) {
  const stay = new Int32Array(t.length).fill(-1);
  const told = (stays ?? []).map(({ first, last, learned, missed, level }, k) => {
    stay.fill(k, first, last + 1);
    const own = ({ learned: other }) => String(other) === String(learned);
    const { name = "", ...node } = made.tree.tree.nodes.find(own) ?? {};
    // what the run before found there; where it was not, only what needs no run to be known
    const known = node.kind === "minimum" ? node : now.stays.find(own);
    const { kind = "unclear", down = null } = known ?? {};
    const to = t[Math.min(last + 1, t.length - 1)];
    return { from: t[first], to, learned, missed, kind, level, down, flat: null, up: null, name };
  });
  const counts = new Int32Array(3 * t.length).fill(-1);
  const texts = [{ headline: [], facts: [], short: [] }];
  return { ...now, stays: told, stay, sentences: new Int32Array(t.length), texts, values: {}, counts, beside: null };
}

// ---------------------------------------------------------------- numbers

const LOG = (axis) => axis.scale === "log";
const isOther = ({ name }) => name.startsWith("A: "); // of the run beside, which stays as it is

// A curve over the moments, those that its axis has.
function over(curve, pane, t, y) {
  const from = LOG(pane.x) ? t.findIndex((moment) => moment > 0) : 0;
  const values = LOG(pane.y) ? y.map((value) => Math.max(value, FLOOR)) : y;
  return { ...curve, x: t.subarray(from), y: values.subarray(from), accent: null };
}

// The axis grows where something would leave it.
function grown(pane, arrays) {
  const [low, high] = pane.y.range;
  let [least, most] = [low, high];
  for (const values of arrays)
    for (const value of values) {
      if (value > most) most = value;
      else if (value < least && !LOG(pane.y)) least = value;
    }
  if (least === low && most === high) return pane;
  const room = LOG(pane.y) ? 0 : 0.03 * (most - least);
  return { ...pane, y: { ...pane.y, range: [least < low ? least - room : low, most > high ? most + room : high] } };
}

// A number within words in place of another, or null where it is not there.
function renamed(words, before, after) {
  for (const digits of [4, 3]) {
    const old = written(before, digits);
    if (words.startsWith(old)) return written(after, digits) + words.slice(old.length);
    if (words.endsWith(old)) return words.slice(0, words.length - old.length) + written(after, digits);
  }
  return null;
}

// Where each critical value comes to: the sum over the modes that it misses.
function heights({ made }, { strengths, residual }) {
  const nodes = made.tree?.tree.nodes ?? [];
  const height = (learned) =>
    residual + strengths.reduce((sum, s, k) => sum + (learned.includes(k + 1) ? 0 : 0.5 * s * s), 0);
  return (value) => {
    const node = nodes.find(({ level }) => Math.abs(level - value) <= CLOSE * Math.max(1, Math.abs(level)));
    return node ? height(node.learned) : null;
  };
}

// Levels and ticks where they come to; what is not known there is left out.
function lifted(picture, run, known) {
  const to = heights(run, known);
  const levels = picture.levels.flatMap((level) => {
    const value = to(level.value);
    if (value === null) return [];
    const words = level.label && renamed(level.label.words, level.value, value);
    return [
      { ...level, value, name: WORDS.pictures.level(written(value)), label: words ? { ...level.label, words } : null },
    ];
  });
  const panes = picture.panes.map((pane) => {
    const ticks = pane.y.ticks?.flatMap(([value, text]) => {
      const next = to(value);
      const told = next === null ? null : renamed(text, value, next);
      return next === null || told === null ? [] : [[next, told]];
    });
    return ticks ? { ...pane, y: { ...pane.y, ticks } } : pane;
  });
  return { ...picture, levels, panes };
}

// ---------------------------------------------------------------- pictures

function loss(picture, run, found, known) {
  const { panes, levels, ...rest } = lifted(picture, run, known);
  const curves = picture.curves.flatMap((curve) => {
    if (isOther(curve)) return [curve];
    return curve.name === "loss L" ? [over(curve, panes[0], found.t, found.loss)] : [];
  });
  return { ...rest, levels, curves, marks: [], panes: [grown(panes[0], [found.loss])] };
}

function tree(picture, run, found, known) {
  if (!found.stays) return null;
  const to = heights(run, known);
  const nodes = picture.tree.nodes.map((node) => ({ ...node, level: to(node.level) }));
  if (nodes.some(({ level }) => level === null)) return null;
  const { panes, ...rest } = lifted(picture, run, known);
  return { ...rest, curves: [], tree: { ...picture.tree, nodes }, panes: [grown(panes[0], [found.loss])] };
}

function modes(picture, _, found, { strengths }) {
  const levels = picture.levels.map((level, k) => {
    const words = level.label && renamed(level.label.words, level.value, strengths[k]);
    const name = renamed(level.name, level.value, strengths[k]) ?? "";
    return { ...level, value: strengths[k], name, label: words ? { ...level.label, words } : null };
  });
  const curves = picture.curves.map((curve) => {
    const k = Number(/^mode (\d+)$/.exec(curve.name)?.[1]) - 1;
    return k >= 0 ? over(curve, picture.panes[0], found.t, found.strengths[k]) : curve;
  });
  return { ...picture, levels, curves, panes: [grown(picture.panes[0], [...found.strengths, strengths])] };
}

const digits = (text) => Number([...text].map((digit) => "₀₁₂₃₄₅₆₇₈₉".indexOf(digit)).join(""));

function invariants(picture, run, { t, norms, still }) {
  const at = (j, k) => {
    const d = run.dims[j];
    return still.t.map((_, i) => still.spectra[j - 1][i * d + k - 1]);
  };
  const curves = picture.curves.map((curve) => {
    const [pane, norm] = [picture.panes[curve.pane], /^‖W([₀-₉]+)‖²$/.exec(curve.name)];
    if (norm) return over(curve, pane, t, norms[digits(norm[1]) - 1]);
    const value = /^C([₀-₉]+), λ(\d+)$/.exec(curve.name);
    return value ? over(curve, pane, still.t, at(digits(value[1]), Number(value[2]))) : curve;
  });
  const marks = picture.marks.map((mark) => {
    const told = /^◇ λ([₀-₉]+)\(C([₀-₉]+)\)/.exec(mark.name);
    return told ? { ...mark, y: at(digits(told[2]), digits(told[1])).subarray(0, 1) } : mark;
  });
  const panes = picture.panes.map((pane, k) =>
    grown(
      pane,
      curves.filter((curve) => curve.pane === k && !isOther(curve)).map(({ y }) => y),
    ),
  );
  return { ...picture, curves, marks, panes };
}

const shaped = (values, rows, columns) =>
  Object.assign(values, { shape: [values.length / (rows * columns), rows, columns] });
const largest = (values) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

// The weights, the product and its target, and what is conserved, by their letters.
function matrices(picture, { dims }, { t, weights, products, still }, { best }) {
  const [dx, dy] = [dims[0], dims[dims.length - 1]];
  const layers = dims.slice(1).map((d, j) => [`W${j + 1}`, { t, values: shaped(weights[j], d, dims[j]) }]);
  const kept = dims.slice(1, -1).map((d, j) => [`C${j + 1}`, { t: still.t, values: shaped(still.matrices[j], d, d) }]);
  const parts = Object.fromEntries([...layers, ...kept]);
  parts.P = { t, values: shaped(products, dy, dx) };
  parts.Y = { t: t.subarray(0, 1), values: shaped(Float32Array.from(best), dy, dx) };
  const limits = /** @type {Record<string, number>} */ ({}); // of colors: one for each scale, and it only grows
  const heats = picture.heats.map((heat) => {
    const now = { ...heat, ...parts[heat.key] };
    limits[heat.scale] = Math.max(
      limits[heat.scale] ?? 0,
      heat.limit,
      now.values === heat.values ? 0 : largest(now.values),
    );
    return now;
  });
  for (const heat of heats) if (heat.limit > 0) heat.limit = limits[heat.scale];
  return { ...picture, heats };
}

function network(picture, { dims }, { t, weights }) {
  const edges = picture.network.edges.map((edge, j) => {
    const limit = Math.max(edge.limit, largest(weights[j]));
    return { ...edge, t, values: shaped(weights[j], dims[j + 1], dims[j]), limit };
  });
  const limit = Math.max(...edges.map((edge) => edge.limit));
  return { ...picture, network: { ...picture.network, edges: edges.map((edge) => ({ ...edge, limit })) } };
}

// By sign alone; what the limit is, is not known yet.
function hessian(picture, _, { hessian: own }) {
  if (!own) return null;
  const values = own.eigenvalues.subarray(-own.n); // of the last moment
  const floor = SMALL * largest(values);
  const signs = { negative: (x) => x < -floor, zero: (x) => Math.abs(x) <= floor, positive: (x) => x > floor };
  const marks = picture.marks.map((group) => {
    if (!(group.name in signs)) return group;
    const chosen = Array.from(values, (_, k) => k).filter((k) => signs[group.name](values[k]));
    return { ...group, x: chosen.map((k) => k + 1), y: chosen.map((k) => values[k]) };
  });
  return { ...picture, marks, spectrum: { limit: false, verdict: "", rings: [] } };
}
