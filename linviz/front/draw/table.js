// A table behind every picture: a snapshot in a dialog, to read, to copy and to keep. A table is
// {caption, columns, rows, levels}: levels, where there are any, are [name, value] pairs, the
// horizontal lines of the picture; in the download each of them is a column.

import { lastBefore, interpolated } from "../page/arrays.js";
import { createDialog } from "../page/dialog.js";
import { saveBlob } from "./export.js";
import { copied } from "../page/text.js";

const MOST_ROWS = 400; // on the screen; the download has all
const MOST_MOMENTS = 200;
const SIGNS = ["negative", "zero", "positive"];

const BODY = '<div class="scroll" role="region" tabindex="0"></div>';
const TOOLS = `<span class="told" role="status"></span><button type="button" class="copy">Copy</button>
  <button type="button" class="csv">Download CSV</button>`;

export function createTables() {
  const dialog = createDialog("data-table", "Table", BODY, TOOLS);
  const find = (selector) => dialog.querySelector(selector);
  const told = (words) => (find(".told").textContent = words);
  let shown = null; // {table, name}
  let opener = null;

  function open(picture, heading, name = fileName(heading)) {
    shown = { table: picture.table(), name };
    opener = document.activeElement;
    find("h2").textContent = heading;
    dialog.setAttribute("aria-label", `${heading}: table`);
    find(".scroll").setAttribute("aria-label", `${heading}: table, scrolls`);
    find(".scroll").replaceChildren(...tablesOf(shown.table));
    told("");
    dialog.showModal();
    find(".scroll").scrollTo(0, 0);
    find(".scroll").focus();
  }

  dialog.addEventListener("close", () => opener?.isConnected && opener.focus());
  find(".csv").addEventListener("click", () => {
    saveBlob(`linviz-${shown.name}.csv`, new Blob([csv(shown.table)], { type: "text/csv;charset=utf-8" }));
  });
  find(".copy").addEventListener("click", async () => {
    const done = await copied(tabbed(shown.table), dialog);
    told(done ? "Copied." : "The browser refused to copy: download instead.");
  });
  return { dialog, open };
}

function tablesOf(table) {
  const { levels = [], caption, columns, rows } = table;
  const more = rows.length > MOST_ROWS ? ` The first ${MOST_ROWS} of ${rows.length} rows; the download has all.` : "";
  const main = tableOf(caption + more, columns, rows.slice(0, MOST_ROWS));
  return levels.length === 0 ? [main] : [main, tableOf("Levels drawn", ["level", "value"], levels)];
}

function tableOf(caption, columns, rows) {
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  head.append(...columns.map((name) => cellOf("th", name, "col")));
  columns.forEach((_, k) => rows.some((row) => typeof row[k] === "number") && (head.cells[k].className = "number"));
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
    .map((row) => row.map((value) => quoted(plain(value))).join(",") + "\r\n")
    .join("");
}

function tabbed(table) {
  const clean = (value) => plain(value).replace(/[\t\r\n]+/g, " ");
  return flat(table)
    .map((row) => row.map(clean).join("\t"))
    .join("\n");
}

function fileName(heading) {
  return /[A-Za-z]+/.exec(heading)?.[0].toLowerCase() ?? "table";
}

// The table of a figure's spec: over time where the figure has moments, else point by point.
export function specTable(spec, t, words) {
  const numbers = spec.data.filter((trace) => trace.mode !== "text" && trace.x.length > 0);
  const traces = numbers.filter((trace) => !trace.meta?.level);
  const levels = numbers.filter((trace) => trace.meta?.level).map(({ name, y }) => [name, y[0]]);
  const body = spec.layout.meta.time.length > 0 ? overTime(traces, t) : pointByPoint(spec, traces);
  const moment = spec.layout.meta.time.length > 0 ? `Moment shown: t = ${digits(t)}. ` : "";
  return { caption: moment + words, ...body, levels };
}

function overTime(traces, t) {
  const names = unique(traces.map((trace) => trace.name));
  const rows = moments(traces, t).map((moment) => [moment, ...traces.map((trace) => valueAt(trace, moment))]);
  return { columns: ["time t", ...names], rows };
}

// At most 200 moments of all traces; those of single points and the one shown are always kept.
function moments(traces, t) {
  const ascending = (values) => [...new Set(values)].sort((a, b) => a - b);
  const all = ascending(traces.flatMap(({ x }) => [...x]));
  if (all.length === 0) return [];
  const kept = traces
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

const isPoints = (trace) => !trace.mode.includes("lines");

function valueAt(trace, moment) {
  const { x, y } = trace;
  if (moment < x[0] || moment > x[x.length - 1]) return null;
  if (isPoints(trace)) return x[lastBefore(x, moment)] === moment ? y[lastBefore(x, moment)] : null;
  return interpolated(x, y, moment);
}

function pointByPoint(spec, traces) {
  const titles = [spec.layout.xaxis, spec.layout.yaxis].map((axis, k) => axis.title.text || ["x", "y"][k]);
  const rows = traces.flatMap(({ x, y, name }) => Array.from(x, (value, k) => [value, y[k], name]));
  const kind = traces.every((trace) => SIGNS.includes(trace.name)) ? "sign" : "kind";
  return { columns: [...titles, kind], rows };
}

// Names that occur twice get a number.
function unique(names) {
  const seen = new Map();
  return names.map((name) => {
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return seen.get(name) > 1 ? `${name} (${seen.get(name)})` : name;
  });
}
