// The Hessian of the moment shown, or of the limit: every eigenvalue in one picture, its signs counted in
// words, and rings where theory has them beside the critical point that is near.

import { nowAt } from "../time/now.js";
import { createPlot } from "./plot.js";
import { eigenvaluesAt, parted, reach, spectrumPicture, widened } from "./spectrum.js";
import { pictureTable } from "./table.js";
import { WORDS } from "../page/words.js";

const NAMES = { negative: "down", zero: "flat", positive: "up" };
const MOST = 300; // weights of a network whose eigenvalues are computed along the run
const ROUNDOFF = 1e-9; // of the largest eigenvalue
const NARROW = 10; // units of the type: in a narrower picture the counts stand below it
const SYMBOLS = { up: "triangle-up", flat: "circle", down: "triangle-down" };

/** @param {any} options with `choice`, which says whether "now" or the "limit" is asked for, and `axes`, what these do */
export function createHessian(options) {
  const { name, clock, ink, size, choice, axes } = options;
  const plot = createPlot(options);
  let [run, content] = /** @type {any[]} */ ([null, null]);
  const range = createRange(axes);
  let box = { width: 0, height: 0 };

  const asked = () => choice() === "limit" || clock.t >= clock.last;
  const limited = () => asked() || !along(run);

  function take(page) {
    const picture = spectrumPicture(content, page);
    Object.assign(content, { bar: picture.bar, cuts: picture.cuts });
    plot.take(picture);
  }

  function renew() {
    if (!run || box.width < 20 || box.height < 20) return;
    content = contentOf(run, name, range, clock.t, asked(), ink());
    const panel = /** @type {HTMLElement | null} */ (plot.element.closest(".panel"));
    if (panel && run.spectra) panel.dataset.spectra = limited() ? "limit" : "moving";
    take({ ...box, fontSize: size() });
  }

  plot.decorate = (context, pane, fontSize) => {
    if (content) drawWords(context, pane, content, fontSize, ink());
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
    describe: plot.describe,
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
    ...{ draw: renew, move: renew },
    render(context, width, height, fontSize) {
      take({ width, height, fontSize });
      plot.render(context, width, height, fontSize);
      renew();
    },
    table: () => tableOf(run, name, clock.t),
  };
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
  if (!asked && along(run)) return contentOfNow(run, made, range.of(run, made), nowAt(run, t), t, ink);
  return contentOfLimit(run, made, range.of(run, made), asked ? "" : missing(run), ink);
}

// Whether there are eigenvalues along the run, and else why there are none.
const along = ({ spectra }) => (spectra?.t.length ?? 0) > 0;
const missing = ({ spectra, saved }) => {
  if (spectra) return WORDS.pictures.tooMany(MOST);
  return saved ? WORDS.pictures.unsaved : WORDS.pictures.awaited;
};

// The range of a run, as long as it is the same one; grown while something is held, and on its way after.
function createRange(axes) {
  let known = /** @type {any} */ ({});
  let shown = /** @type {import("./spectrum.js").Reach | null} */ (null);
  let from = shown;
  return {
    of(run, made) {
      const { spectra } = run;
      if (known.made === made && known.spectra === spectra) return shown;
      known = { made, spectra, range: rangeOf(run, made) };
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
function rangeOf({ now, spectra, t }, { marks, levels }) {
  const all = [...marks.map(({ y }) => y), levels.map(({ value }) => value)];
  let least = 0;
  if (along({ spectra })) {
    all.push(spectra.eigenvalues);
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

function contentOfLimit({ now }, { marks, levels, spectrum }, range, instead, ink) {
  const own = Object.entries(NAMES).map(([name, side]) => [side, marks.find((group) => group.name === name)?.y ?? []]);
  const { up, flat, down } = Object.fromEntries(own);
  const groups = groupsOf({ up, flat, down }, ink);
  const others = marks.filter(({ name }) => !(name in NAMES));
  const last = now.stays.at(-1);
  return {
    ...{ levels, range, counts: { up: up.length, flat: flat.length, down: down.length } },
    groups: [...rings(spectrum, spectrum.limit && last, ink), ...groups, ...others.map(beside)],
    title: instead ? WORDS.pictures.instead(instead, spectrum.limit) : spectrum.verdict,
  };
}

// Those of another run, hollow, at the right edge.
const beside = ({ name, y, symbol, color }) => ({ name, values: y, symbol, color, size: 0.85, right: true });

function contentOfNow({ spectra }, { levels, spectrum }, range, { stay, counts }, t, ink) {
  const values = eigenvaluesAt(spectra, t);
  const found = parted(values, counts ?? plain(values, range));
  const near = rings(spectrum, stay, ink);
  return {
    ...{ levels, range, counts },
    groups: [...near, ...groupsOf(found, ink)],
    title: counts ? (near.length > 0 ? WORDS.pictures.rings : "") : WORDS.pictures.unclear,
  };
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

// The half that leads down is tinted; counts stand where their marks do.
function drawWords(context, { x, y }, { counts, title, bar, cuts }, fontSize, ink) {
  context.save();
  context.setLineDash([]);
  const zero = Math.min(y.start, Math.max(y.end, y.at(0)));
  context.globalAlpha = ink.dark ? 0.16 : 0.12;
  context.fillStyle = ink.saddle;
  context.fillRect(x.start, zero, x.end - x.start, y.start - zero);
  context.globalAlpha = 1;
  if (bar) drawBar(context, x, zero, fontSize, ink);
  for (const { value, right } of cuts)
    drawBreak(context, (right ? x.start : x.end) - fontSize, y.at(value), fontSize, ink);
  const narrow = x.end - x.start < NARROW * fontSize;
  if (counts && !narrow) {
    const big = 1.5 * fontSize;
    const down = Math.min(y.start - 0.35 * big, Math.max(zero + 1.3 * big, (zero + y.start) / 2 + 0.4 * big));
    const up = Math.max(y.end + 1.1 * big, Math.min(zero - 2.6 * big, y.end + 1.4 * big));
    count(context, x.end, up, counts.up, WORDS.pictures.up, ink.minimumText, fontSize, ink);
    count(context, x.end, zero - 0.75 * fontSize, counts.flat, WORDS.pictures.flat, ink.soft, fontSize, ink);
    count(context, x.end, down, counts.down, WORDS.pictures.ways(counts.down), ink.saddleText, fontSize, ink);
  }
  const told = narrow && counts ? WORDS.pictures.counted(counts) : [];
  drawVerdict(context, x, y, told.length > 0 ? told : linesOf(context, title, x.end, fontSize, ink), fontSize, ink);
  context.restore();
}

// One line, or two where it is too long.
function linesOf(context, title, room, fontSize, { family }) {
  context.font = `${fontSize}px ${family}`;
  return context.measureText(title).width > room ? title.split(/(?<=[,;]) /) : [title];
}

// Below the picture.
function drawVerdict(context, x, y, lines, fontSize, { family, soft }) {
  context.font = `${fontSize}px ${family}`;
  [context.fillStyle, context.textAlign, context.textBaseline] = [soft, "right", "top"];
  lines.forEach((line, k) => {
    context.fillText(line, x.end, y.start + (0.5 + 1.15 * k) * fontSize);
  });
}

function count(context, right, base, number, word, ink, fontSize, { family, paper }) {
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  [context.fillStyle, context.strokeStyle, context.lineWidth, context.lineJoin] = [ink, paper, 4, "round"];
  context.font = `${fontSize}px ${family}`;
  const wide = context.measureText(` ${word}`).width;
  plate(context, right, base, wide + 0.9 * fontSize * String(number).length, fontSize, paper);
  context.strokeText(word, right, base);
  context.fillText(word, right, base);
  context.font = `bold ${1.5 * fontSize}px ${family}`;
  context.strokeText(String(number), right - wide, base);
  context.fillText(String(number), right - wide, base);
}

// Marks behind a count step back.
function plate(context, right, base, wide, fontSize, paper) {
  const own = context.fillStyle;
  [context.globalAlpha, context.fillStyle] = [0.75, paper];
  context.fillRect(right - wide, base - 1.15 * fontSize, wide, 1.4 * fontSize);
  [context.globalAlpha, context.fillStyle] = [1, own];
}

// More near 0 than fit: a bar with a break.
function drawBar(context, x, zero, fontSize, ink) {
  const size = 0.62 * fontSize;
  const [left, right, cut] = [x.start + size, x.end - size, x.start + 0.62 * (x.end - x.start)];
  context.fillStyle = ink.other;
  context.fillRect(left, zero - size / 2, right - left, size);
  drawBreak(context, cut, zero, fontSize, ink);
}

// A slanted gap: here something is left out.
function drawBreak(context, px, py, fontSize, ink) {
  const tall = 0.43 * fontSize;
  context.fillStyle = ink.paper;
  context.beginPath();
  for (const [dx, dy] of [
    [0, -1],
    [8, -1],
    [2, 1],
    [-6, 1],
  ])
    context.lineTo(px + dx, py + dy * tall);
  context.fill();
}
