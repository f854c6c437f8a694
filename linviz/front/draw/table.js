// A table behind every picture: a snapshot in a dialog, to read, to copy and to keep. A table is
// {caption, columns, rows, levels}: levels, where there are any, are [name, value] pairs, the
// horizontal lines of the picture; in the download each of them is a column.

import { lastBefore, interpolated } from "../page/arrays.js";
import { createDialog } from "../page/dialog.js";
import { saveBlob } from "./export.js";
import { measured } from "./picture.js";
import { copied } from "../page/text.js";
import { WORDS } from "../page/words.js";
import { focusedBy } from "../page/part.js";

const MOST_ROWS = 400; // on the screen; the download has all
const MOST_MOMENTS = 200;

const BODY = '<div class="scroll" role="region" tabindex="0"></div>';
const TOOLS = `<span class="told" role="status"></span><button type="button" class="copy">${WORDS.table.copy}</button>
  <button type="button" class="csv">${WORDS.table.csv}</button>`;

export function createTables() {
  const dialog = createDialog("data-table", WORDS.table.name, BODY, TOOLS);
  const find = (selector) => dialog.querySelector(selector);
  const told = (words) => (find(".told").textContent = words);
  let shown = null; // {table, name}
  let opener = null;

  function open(picture, heading, name) {
    shown = { table: picture.table(), name };
    opener = focusedBy(dialog);
    find("h2").textContent = heading;
    dialog.setAttribute("aria-label", WORDS.table.of(heading));
    find(".scroll").setAttribute("aria-label", WORDS.table.scrolls(heading));
    find(".scroll").replaceChildren(...tablesOf(shown.table));
    told("");
    dialog.showModal();
    find(".scroll").scrollTo(0, 0);
    find(".scroll").focus();
  }

  dialog.addEventListener("close", () => opener?.isConnected && opener.focus());
  find(".csv").addEventListener("click", () => {
    saveBlob(`${shown.name}.csv`, new Blob([csv(shown.table)], { type: "text/csv;charset=utf-8" }));
  });
  find(".copy").addEventListener("click", async () => {
    const done = await copied(tabbed(shown.table), dialog);
    told(done ? WORDS.copied : WORDS.table.refused);
  });
  return { dialog, open };
}

function tablesOf(table) {
  const { levels = [], caption, columns, rows } = table;
  const more = rows.length > MOST_ROWS ? WORDS.table.first(MOST_ROWS, rows.length) : "";
  const main = tableOf(caption + more, columns, rows.slice(0, MOST_ROWS));
  return levels.length === 0 ? [main] : [main, tableOf(WORDS.table.levels, WORDS.table.levelColumns, levels)];
}

function tableOf(caption, columns, rows) {
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  head.append(...columns.map((name) => cellOf("th", name, "col")));
  for (const k of columns.keys()) {
    if (rows.some((row) => typeof row[k] === "number")) head.cells[k].className = "number";
  }
  const body = table.createTBody();
  for (const row of rows) {
    body.insertRow().append(
      ...row.map((value, k) => {
        const label = k === 0 && typeof value === "string";
        return cellOf(label ? "th" : "td", value, label ? "row" : null);
      }),
    );
  }
  return table;
}

function cellOf(tag, value, scope) {
  const cell = document.createElement(tag);
  const numeric = typeof value === "number";
  cell.textContent = numeric ? digits(value) : (value ?? "");
  if (numeric) cell.className = "number";
  if (scope) cell.scope = scope;
  return cell;
}

// Six digits, with a true minus sign.
function digits(value) {
  if (!Number.isFinite(value)) return "";
  const size = Math.abs(value);
  const text =
    value === 0 || (size >= 1e-4 && size < 1e7) ? String(Number(value.toPrecision(6))) : value.toExponential(5);
  return text
    .replace(/\.?0+e/, "e")
    .replace("e+", "e")
    .replaceAll("-", "−");
}

// Rows of the whole table, a column for each level.
function flat({ columns, rows, levels = [] }) {
  const constants = levels.map(([, value]) => value);
  return [[...columns, ...levels.map(([name]) => name)], ...rows.map((row) => [...row, ...constants])];
}

const plain = (value) => (value === null || value === undefined || Number.isNaN(value) ? "" : String(value));

export function csv(table) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return flat(table)
    .map((row) => `${row.map((value) => quoted(plain(value))).join(",")}\r\n`)
    .join("");
}

function tabbed(table) {
  const clean = (value) => plain(value).replace(/[\t\r\n]+/g, " ");
  return flat(table)
    .map((row) => row.map(clean).join("\t"))
    .join("\n");
}

// The table of a picture: a row for each moment, or for each point.
export function pictureTable(picture, t, words) {
  const groups = measured(picture);
  const levels = picture.levels.map(({ name, value }) => [name, value]);
  if (picture.table.rows === "points") return { caption: words, ...pointByPoint(picture, groups), levels };
  return { caption: WORDS.table.shown(digits(t), words), ...overTime(groups, t), levels };
}

function overTime(groups, t) {
  const names = unique(groups.map((group) => group.name));
  const rows = moments(groups, t).map((moment) => [moment, ...groups.map((group) => valueAt(group, moment))]);
  return { columns: [WORDS.table.time, ...names], rows };
}

// At most 200 moments of all curves; those of single points and the one shown are always kept.
function moments(groups, t) {
  const ascending = (values) => [...new Set(values)].sort((a, b) => a - b);
  const all = ascending(groups.flatMap(({ x }) => [...x]));
  if (all.length === 0) return [];
  const kept = groups
    .filter(isPoints)
    .flatMap(({ x }) => [...x])
    .slice(0, MOST_MOMENTS / 2);
  if (t >= all[0] && t <= all[all.length - 1]) kept.push(t);
  const count = Math.min(all.length, MOST_MOMENTS - new Set(kept).size);
  const spread = Array.from(
    { length: count },
    (_, k) => all[Math.round((k * (all.length - 1)) / Math.max(1, count - 1))],
  );
  return ascending([...kept, ...spread]);
}

const isPoints = (group) => "symbol" in group;

function valueAt(group, moment) {
  const { x, y } = group;
  if (moment < x[0] || moment > x[x.length - 1]) return null;
  if (isPoints(group)) return x[lastBefore(x, moment)] === moment ? y[lastBefore(x, moment)] : null;
  return interpolated(x, y, moment);
}

function pointByPoint({ panes: [{ x, y }], table }, groups) {
  const rows = groups.flatMap((group) => Array.from(group.x, (value, k) => [value, group.y[k], group.name]));
  return { columns: [x.title, y.title, table.kind], rows };
}

// Names that occur twice get a number.
function unique(names) {
  const seen = new Map();
  return names.map((name) => {
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return seen.get(name) > 1 ? `${name} (${seen.get(name)})` : name;
  });
}
