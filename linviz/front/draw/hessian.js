// The Hessian of the moment shown, or of the limit: every eigenvalue in one picture, its signs counted in
// words, and rings where theory has them beside the critical point that is near.

import { lastBefore } from "../page/arrays.js";
import { nowAt } from "../time/now.js";
import { drawCounts } from "./counts.js";
import { createDoor } from "./door.js";
import { later } from "./later.js";
import { createPlot } from "./plot.js";
import { eigenvaluesAt, parted, reach, spectrumPicture, widened } from "./spectrum.js";
import { pictureTable } from "./table.js";
import { WORDS } from "../page/words.js";

const NAMES = { negative: "down", zero: "flat", positive: "up" };
const FAR = 3; // times the run's own range: how far another run may stretch it
const ROUNDOFF = 1e-9; // of the largest eigenvalue
const SYMBOLS = { up: "triangle-up", flat: "circle", down: "triangle-down" };

/** @param {any} options with `choice`, which says whether "now" or the "limit" is asked for, and `axes`, what these do */
export function createHessian(options) {
  const { name, clock, ink, size, choice, axes, request } = options;
  const plot = createPlot(options);
  const door = createDoor(plot.element, () => request?.(clock.t));
  const range = createRange(axes);
  let [run, content, box] = /** @type {any[]} */ ([null, null, { width: 0, height: 0 }]);

  const asked = () => choice() === "limit" || clock.t >= clock.last;

  function take(page) {
    content = contentOf(run, name, range, clock.t, asked(), ink());
    const picture = spectrumPicture(content, page);
    Object.assign(content, { bar: picture.bar, near: picture.near, cuts: picture.cuts });
    plot.take(picture);
  }

  const tell = later(() => offer(plot.element, door, { run, t: clock.t, asked: asked(), can: Boolean(request) }));

  function renew() {
    if (!run || box.width < 20 || box.height < 20) return;
    tell();
    take({ ...box, fontSize: size() });
  }

  plot.decorate = (context, pane, fontSize) => {
    if (content) drawCounts(context, pane, content, fontSize, ink());
  };

  return {
    element: plot.element,
    get frame() {
      return plot.frame;
    },
    get drawn() {
      return plot.drawn;
    },
    get told() {
      return content?.title ?? "";
    },
    show(shown) {
      run = shown;
      renew();
    },
    reach(_, share) {
      range.glide(share);
      renew();
    },
    fit(given) {
      box = given;
      plot.fit(given);
      renew();
    },
    ...{ draw: renew, move: renew, describe: plot.describe },
    render(context, width, height, fontSize) {
      take({ width, height, fontSize });
      plot.render(context, width, height, fontSize);
      renew();
    },
    table: () => tableOf(run, name, clock.t),
  };
}

function offer(element, door, { run, t, asked, can }) {
  const [panel, seen] = [element.closest(".panel"), seenAt(run, t)];
  if (panel && run.spectra) panel.dataset.spectra = asked || !seen ? "limit" : "moving";
  door.offer(run, can && !asked && run.spectra && !seen);
}

// Those at the limit, and those at the moment shown.
function tableOf({ pictures, words, spectra }, name, t) {
  const table = pictureTable(pictures[name], t, words[name]);
  if (!along({ spectra })) return table;
  const told = WORDS.pictures.atTime(t.toPrecision(4));
  const rows = Array.from(eigenvaluesAt(spectra, t), (value, k) => [k + 1, value, told]);
  return { ...table, rows: [...table.rows, ...rows] };
}

function contentOf(run, name, range, t, asked, ink) {
  const made = run.pictures[name];
  const spectra = asked ? null : seenAt(run, t);
  if (spectra) {
    const now = nowAt({ ...run, spectra }, t);
    return contentOfNow(run, spectra, made, range.of(run, made), now, t, ink);
  }
  return contentOfLimit(run, made, range.of(run, made), asked ? "" : missing(run), ink);
}

// The eigenvalues along the run, or those that were asked for at the frame shown.
function seenAt(run, t) {
  if (along(run)) return run.spectra;
  const frame = lastBefore(run.t, t);
  return run.asked?.find((/** @type {any} */ spectra) => lastBefore(run.t, spectra.t[0]) === frame) ?? null;
}

// Whether there are eigenvalues along the run, and else why there are none.
const along = ({ spectra }) => (spectra?.t.length ?? 0) > 0;
const missing = ({ spectra, saved }) => {
  if (spectra) return WORDS.pictures.tooMany;
  return saved ? WORDS.pictures.unsaved : WORDS.pictures.awaited;
};

// The range of a run, as long as it is the same one; grown while something is held, and on its way after.
function createRange(axes) {
  let known = /** @type {any} */ ({});
  let shown = /** @type {import("./spectrum.js").Reach | null} */ (null);
  let from = shown;
  return {
    of(run, made) {
      const { spectra, asked } = run;
      if (known.made === made && known.spectra === spectra && known.asked === asked) return shown;
      known = { made, spectra, asked, range: rangeOf(run, made) };
      from = shown;
      if (axes() === "held" && from) shown = widened(from, known.range);
      else if (axes() !== "gliding" || !from) shown = known.range;
      return shown;
    },
    glide(share) {
      const [was, own] = [from, known.range];
      if (!was || !own) return;
      const between = (/** @type {"low" | "high"} */ end) => was[end] + share * (own[end] - was[end]);
      shown = { ...own, low: between("low"), high: between("high") };
    },
  };
}

// Of the whole run, so that the axis stands still.
function rangeOf({ now, spectra, asked, t }, { marks, levels }) {
  const all = [...marks.map(({ y }) => y), levels.map(({ value }) => value)];
  for (const one of asked ?? []) all.push(one.eigenvalues);
  let least = 0;
  if (along({ spectra })) {
    all.push(spectra.eigenvalues);
    if (spectra.other) all.push(held(spectra.other.eigenvalues, all));
    for (const moment of spectra.t) {
      const { stay, counts } = nowAt({ t, now, spectra }, moment);
      if (!stay || !counts) continue;
      const { down, up } = parted(eigenvaluesAt(spectra, moment), counts);
      for (const value of [-(down.at(-1) ?? -Infinity), up[0] ?? Infinity])
        if (value > 0 && (least === 0 || value < least)) least = value;
    }
  }
  return reach(all, Number.isFinite(least) ? least : 0);
}

function contentOfLimit({ now, foreseen }, { marks, levels, spectrum }, range, instead, ink) {
  const own = Object.entries(NAMES).map(([name, side]) => [side, marks.find((group) => group.name === name)?.y ?? []]);
  const { up, flat, down } = Object.fromEntries(own);
  const groups = groupsOf({ up, flat, down }, ink);
  const others = marks.filter(({ name }) => !(name in NAMES));
  const last = now.stays.at(-1);
  return {
    ...{ levels, range, counts: foreseen ? null : { up: up.length, flat: flat.length, down: down.length } },
    groups: [...rings(spectrum, spectrum.limit && last, ink), ...groups, ...others.map(beside)],
    late: instead !== "",
    title: instead ? WORDS.pictures.instead(instead, spectrum.limit) : spectrum.verdict,
  };
}

// Those of another run, hollow, at the right edge.
const beside = ({ name, y, symbol, color }) => ({ name, values: y, symbol, color, size: 0.85, right: true });

function contentOfNow(run, spectra, { levels, spectrum }, range, { stay, counts }, t, ink) {
  const values = eigenvaluesAt(spectra, t);
  const found = parted(values, counts ?? plain(values, range));
  const near = rings(spectrum, stay, ink);
  return {
    ...{ levels, range, counts },
    groups: [...near, ...groupsOf(found, ink), ...otherNow(run, spectra, range, t, ink)],
    title: counts ? (near.length > 0 ? WORDS.pictures.rings : "") : WORDS.pictures.unclear,
  };
}

// Those of the run that is compared, hollow, at the right; beyond the axis they stand at its edge.
function otherNow({ kept, now }, { other }, { low, high }, t, ink) {
  if (!other || (kept === null && now.beside === null)) return [];
  const values = eigenvaluesAt(other, t).map((v) => Math.max(low, Math.min(high, v)));
  return [
    { name: kept ? "A" : WORDS.pictures.other, values, symbol: "circle-open", color: ink.text, size: 0.7, right: true },
  ];
}

// Of another run as many as leave the run's own to be seen.
function held(values, all) {
  let far = 0;
  for (const own of all) for (const v of own) far = Math.max(far, Math.abs(v));
  return far === 0 ? values : values.filter((v) => Math.abs(v) <= FAR * far);
}

// By sign alone, of those that are not 0 beside the largest of the run.
function plain(values, { low, high }) {
  const [list, floor] = [Array.from(values), ROUNDOFF * Math.max(high, -low)];
  return { down: list.filter((v) => v < -floor).length, up: list.filter((v) => v > floor).length };
}

function groupsOf(found, ink) {
  return ["up", "flat", "down"].map((side) => ({
    name: side,
    values: found[side],
    symbol: SYMBOLS[side],
    color: side === "flat" ? ink.other : ink[side],
    size: 1,
  }));
}

function rings({ rings: all }, stay, ink) {
  const found = stay && all.find(({ learned }) => learned.join() === stay.learned.join());
  return found ? [{ name: "theory", values: found.values, symbol: "circle-open", color: ink.faint, size: 1.45 }] : [];
}
