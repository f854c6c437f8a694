// <linviz-panel scenario="…" panels="loss,modes">: pictures of a run within any page. It stands in a tree
// of its own, so that neither page changes the other's looks; all panels of a page share one Python.

import { queryOf } from "../page/address.js";
import { render } from "../page/page.js";
import { decoded, unpacked } from "../page/stored.js";
import { WORDS } from "../page/words.js";
import { createEngine } from "../site/python.js";
import { createScreen } from "../site/screen.js";
import { shownBy } from "../served/link.js";
import { createArticle } from "./article.js";

const END = { t: 1, last: 1 }; // no moment
const NAME = "linviz-panel";

/** @type {any} what the script in which this stands tells: the site's files, where they are, and the style */
const told = /** @type {any} */ (globalThis).linvizPanels;
const style = new CSSStyleSheet(); // one for all, which no policy forbids
style.replaceSync(told.style);
/** @type {ReturnType<typeof createEngine> | null} */
let engine = null;

class LinvizPanel extends HTMLElement {
  /** @type {(() => void) | null} */
  #leave = null;

  connectedCallback() {
    if (this.#leave) return;
    this.#leave = () => {};
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [style];
    const el = document.createElement("div");
    el.setAttribute("role", "group");
    shadow.replaceChildren(el);
    el.setAttribute("aria-label", this.getAttribute("aria-label") ?? "linviz");
    open(this, el).then(
      (leave) => (this.#leave = leave),
      (error) => el.replaceChildren(refusal(error)),
    );
  }

  disconnectedCallback() {
    // an element that is only moved comes back at once
    setTimeout(() => {
      if (this.isConnected) return;
      this.#leave?.();
      this.#leave = null;
    });
  }
}

/** @param {Error} error */
function refusal(error) {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent = WORDS.embed.refused(error.message);
  return text;
}

/** @param {HTMLElement} host @param {HTMLElement} el */
async function open(host, el) {
  const asked = (host.getAttribute("scenario") ?? "").replace(/^\?/, "");
  const name = nameOf(asked);
  if (new URLSearchParams(asked).get("room") === "starts") throw new Error(WORDS.embed.noRoom);
  const source = host.getAttribute("src");
  if (!source && !name) throw new Error(WORDS.embed.unknown(asked, told.site.presets));
  const address = source ?? `${told.site.base}stored/${name}.gz?${told.site.stored[name]}`;
  const data = decoded(await fetched(new URL(address, document.baseURI)));
  const view = asked.includes("=") ? shownBy(asked, data.run, data.run.catalogue) : data.run.view;
  data.run.view = lookOf(host, view ?? { ...data.run.view, log_loss: false, log_time: false }, data.run.catalogue);
  data.run.pictures = data.pictures[`${Number(data.run.view.log_loss)}${Number(data.run.view.log_time)}`];
  const screen = createScreen(data);
  const root = () => /** @type {any} */ (el.querySelector(".linviz"));
  engine ??= createEngine(told.site);
  const model = createArticle(told.site, screen, data, engine, {
    page: () => root()?.linviz?.page,
    query: () => linkOf(root()),
  });
  screen.setStatus({ opened: true });
  const leave = render({ model, el });
  if (!view) compute(model, root(), searchOf(asked, data.run.view));
  /** @type {any} */ (globalThis).Reveal?.layout?.(); // slides are centered by what they are high
  return leave;
}

// The link, with the look that the element has.
/** @param {string} asked @param {any} view */
function searchOf(asked, { panels, colors, t }) {
  const pairs = new URLSearchParams(asked);
  pairs.set("embed", "1");
  pairs.set("panels", panels.join());
  pairs.set("colors", colors);
  if (t !== null) pairs.set("t", String(t));
  return `?${pairs}`;
}

// A scenario that is not stored: Python computes it, and nothing else is shown in its place.
/** @param {any} model @param {HTMLElement} root @param {string} search */
function compute(model, root, search) {
  const shown = model.get("run");
  root.dataset.awaits = "true";
  model.on("change:run", () => model.get("run") !== shown && delete root.dataset.awaits);
  model.send({ type: "open", search }, null, []);
}

/**
 * The stored scenario from which it begins: a name, or that of a link, or the first.
 * @param {string} asked
 */
function nameOf(asked) {
  const preset = asked.includes("=") ? (new URLSearchParams(asked).get("preset") ?? "") : asked;
  const known = preset === "" ? told.site.presets[0] : preset;
  return known in told.site.stored ? known : "";
}

/** @param {URL} address */
async function fetched(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new Error(WORDS.embed.unreachable(String(address), response?.status ?? 0));
  return unpacked(response.body);
}

/**
 * What the element's attributes say of the look.
 * @param {HTMLElement} host
 * @param {any} view
 * @param {any} catalogue
 */
function lookOf(host, view, catalogue) {
  const names = catalogue.panels.map((/** @type {any} */ panel) => panel.name);
  const given = (host.getAttribute("panels") ?? "").split(",").map((part) => part.trim());
  const panels = given.filter(Boolean);
  const wrong = panels.find((panel) => !names.includes(panel));
  if (wrong) throw new Error(WORDS.embed.noPanel(wrong, names));
  const t = host.hasAttribute("t") ? Number(host.getAttribute("t")) : view.t;
  if (Number.isNaN(t)) throw new Error(WORDS.embed.noMoment(host.getAttribute("t") ?? ""));
  const colors = host.getAttribute("colors") ?? view.colors;
  if (!(colors in WORDS.view.themes)) throw new Error(WORDS.embed.noColors(colors, Object.keys(WORDS.view.themes)));
  const room = view.room === "starts" ? "run" : view.room;
  return { ...view, embed: true, t, colors, room, panels: panels.length > 0 ? panels : view.panels };
}

// What a panel shows, as a link.
/** @param {any} root */
function linkOf(root) {
  const page = root?.linviz?.page;
  return page?.run ? queryOf(page.run, page.view.now, END, page.view.usual) : "";
}

if (!customElements.get(NAME)) customElements.define(NAME, LinvizPanel);
