// What the page is made of, before anything is in it.

import { parts } from "./part.js";
import { WORDS } from "./words.js";

// On a page of its own it has the page's landmarks; in a notebook those are the notebook's.
export const skeleton = (/** @type {boolean} */ alone) => `
  <header><${alone ? "h1" : "p"} class="name">linviz</${alone ? "h1" : "p"}><p class="tagline" hidden></p>
    <nav class="rooms" aria-label="${WORDS.page.rooms}" hidden></nav>
    <p class="progress" hidden><span class="spinner" aria-hidden="true"></span><span class="progress-words"></span>
      <button type="button" class="stop">${WORDS.stop}</button></p>
    <nav class="doors" aria-label="${WORDS.page.doors}"></nav></header>
  <div class="where"><div class="said"></div><div class="equations"></div><p class="compare" role="status" hidden></p></div>
  <div class="told"><div class="notice" role="alert" hidden><p></p><button type="button" aria-label="${WORDS.page.closeMessage}">×</button></div>
    <div class="asked" role="group" hidden></div></div>
  <div class="panels" ${alone ? 'role="main"' : ""}></div>`;

// Whether it was saved as a file: then no Python stands behind it.
export const isSaved = () => document.querySelector('meta[name="linviz-file"]') !== null;

// Whether the page is all that the document shows: then it fills the window.
export function isAlone() {
  const others = parts(document, ".linviz");
  for (const other of others) other.dataset.page = "false";
  const own = document.querySelector('meta[name="linviz-alone"], meta[name="linviz-file"]') !== null;
  return own && others.length === 0 && document.querySelector(".jp-MarkdownCell") === null;
}
