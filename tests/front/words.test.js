// Words of the browser stand in one module, those of the room Space in another, so that another language is
// these files: no other file of linviz/front writes any of its own.
//
// Killed by: a label in markup; a sentence given to an element, to a menu, to a canvas or to the reader.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import ts from "typescript";
import { WORDS } from "../../linviz/front/page/words.js";
import { NETWORK } from "../../linviz/front/space/network/words.js";
import { WORDS as SPACE } from "../../linviz/front/space/words.js";
import { SAID } from "../../linviz/front/starts/words.js";

const FRONT = new URL("../../linviz/front/", import.meta.url);
// the page, and rooms that have many
const HOMES = ["page/words.js", "space/words.js", "space/network/words.js", "starts/words.js"];
const HOLE = "§"; // where a template has code
const ALLOWED = new Map([
  ["linviz", "the name, in every language"],
  ["flat saddle", "what a critical point is in the messages of the kernel; its word is WORDS.pictures.flat"],
  ["More", "a section's name of the kernel's, compared with, not shown"],
]);
const SPOKEN = /^(?:aria-label|aria-description|aria-valuetext|title|placeholder|alt)$/;
const SHOWN = /^(?:textContent|innerText|title|text|placeholder|ariaLabel)$/;
const SAYING = /^(?:fillText|strokeText|refuse|tell|say|told|count|haloed|door|append|createDialog|Option)$/;
const SELECTING = /^(?:part|parts|inputs|closest|matches|querySelector|querySelectorAll)$/;
const isWord = (/** @type {string} */ text) => /[A-Za-z]{2,}/.test(text) && !/^\w+:\w+$/.test(text); // no event
// what is read by machines: fonts, styles, selectors, paths, names in camel case, errors for developers
const isProse = (/** @type {string} */ text) =>
  /(?:^|\s)[A-Za-z]{2,}[,;:.]? (?:[a-z]{2,}|§)/.test(text) &&
  !/[[\]{}=#<>]|^[.:]|\dpx|§px|^linviz: |^\w+:\w/.test(text);

/** @param {ts.Node} node */
function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => HOLE + literal.text).join("");
  return null;
}

/** Words that are seen or heard in markup. @param {string} html */
function inMarkup(html) {
  const found = [...html.matchAll(/([\w-]+)="([^"]*)"/g)]
    .filter(([, name]) => SPOKEN.test(name))
    .map(([, , value]) => value);
  const text = html.replace(/<[^>]*>/g, "\n").replace(/^[^<]*"[^<]*>/, "\n");
  return [...found, ...text.split("\n")].map((each) => each.trim()).filter(isWord);
}

/** @param {ts.Node} node */
const isJoining = (node) =>
  ts.isBinaryExpression(node) &&
  [ts.SyntaxKind.PlusToken, ts.SyntaxKind.QuestionQuestionToken].includes(node.operatorToken.kind);

/** @param {ts.Node} node @param {string} text */
function wordsIn(node, text) {
  if (text.includes("<")) return inMarkup(text);
  let parent = node.parent; // of the whole expression that it is a part of
  while (ts.isConditionalExpression(parent) || ts.isParenthesizedExpression(parent) || isJoining(parent)) {
    if (ts.isConditionalExpression(parent) && parent.condition === node) return [];
    node = parent;
    parent = node.parent;
  }
  if (ts.isPropertyAssignment(parent) && parent.name === node) return isProse(text) ? [text] : [];
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const to = parent.left;
    if (ts.isPropertyAccessExpression(to) && to.name.text === "className") return [];
    if (ts.isPropertyAccessExpression(to) && SHOWN.test(to.name.text) && isWord(text)) return [text];
  }
  if (
    (ts.isCallExpression(parent) || ts.isNewExpression(parent)) &&
    parent.arguments?.includes(/** @type {any} */ (node))
  ) {
    const called = ts.isPropertyAccessExpression(parent.expression) ? parent.expression.name : parent.expression;
    const name = called.getText();
    const [first] = parent.arguments;
    if (name === "setAttribute" && node !== first && SPOKEN.test(textOf(first) ?? "") && isWord(text)) return [text];
    const names = ["createDialog", "door", "count"].includes(name) && node === first; // an element's or a run's name
    if (SELECTING.test(name)) return [];
    if (SAYING.test(name) && !names && isWord(text)) return [text];
  }
  return isProse(text) ? [text] : [];
}

/** @param {string} source @returns {string[]} */
function written(source) {
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ node) => {
    const text = ts.isImportDeclaration(node) ? null : textOf(node);
    if (text !== null) found.push(...wordsIn(node, text));
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("file.js", source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));
  return found.filter((text) => !ALLOWED.has(text));
}

const FILES = readdirSync(FRONT, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));

test("no file but the one of the words writes words", () => {
  assert.ok(FILES.length > 50);
  const found = FILES.filter((name) => !HOMES.includes(name)).flatMap((name) =>
    written(readFileSync(new URL(name, FRONT), "utf8")).map((text) => `${name}: ${text.replaceAll(HOLE, "…")}`),
  );
  assert.deepEqual(found, []);
});

test("words are found where somebody would write them", () => {
  for (const source of [
    'button.textContent = "Close";',
    'button.setAttribute("aria-label", "Save " + kind);',
    "place.innerHTML = `<p>Not yet</p>`;",
    'root.innerHTML = `<button title="Show all">+</button>`;',
    'context.fillText("flat", x, y);',
    'say(done ? "Copied it." : "It was not copied.");',
    'new Option("Jump", "0");',
    'const told = "the first of them" + some;',
  ])
    assert.notDeepEqual(written(source), [], source);
  for (const source of ['context.font = "10px sans-serif";', 'part(root, ".panel .words");', "say(WORDS.copied);"])
    assert.deepEqual(written(source), [], source);
});

test("every word is used", () => {
  const all = FILES.filter((name) => !HOMES.includes(name))
    .map((name) => readFileSync(new URL(name, FRONT), "utf8"))
    .join("\n");
  for (const [group, words] of Object.entries(WORDS)) {
    if (typeof words === "string") assert.ok(all.includes(`WORDS.${group}`), group);
    else
      for (const name of Object.keys(words)) {
        const used =
          all.includes(`WORDS.${group}.${name}`) || new RegExp(`\\b${name}\\b[^;]* = WORDS\\.${group};`).test(all);
        assert.ok(used, `${group}.${name}`);
      }
  }
});

test("every word of the room Space is used there", () => {
  const own = FILES.filter((name) => name.startsWith("space/") && !HOMES.includes(name));
  const all = own.map((name) => readFileSync(new URL(name, FRONT), "utf8")).join("\n");
  for (const [group, words] of [...Object.entries(SPACE), ...Object.entries(NETWORK)]) {
    assert.match(all, new RegExp(`\\b${group}\\b`), group);
    const named = typeof words === "object" ? Object.keys(words) : [];
    for (const name of named) assert.match(all, new RegExp(`\\b${name}\\b`), `${group}.${name}`);
  }
});

test("every word of the room of many starts is used there", () => {
  const own = FILES.filter((name) => name.startsWith("starts/") && !HOMES.includes(name));
  const all = own.map((name) => readFileSync(new URL(name, FRONT), "utf8")).join("\n");
  for (const name of Object.keys(SAID)) assert.match(all, new RegExp(`\\bSAID\\.${name}\\b`), name);
});
