// The link in Share: where it leads, a public address that is remembered, a QR code, and a frame for
// another page.

import { codeOf, MOST, svgOf } from "./qr.js";
import { addressOf, frameOf, leadsHome, leadsTo, named, panelOf } from "./leads.js";
import { part } from "./part.js";
import { WORDS } from "./words.js";

const FRAME_HEIGHT = 520;

export const LINK_BODY = `
    <h3>${WORDS.share.link}</h3>
    <div class="linked"><div>
    <div class="row"><input type="text" readonly class="link" aria-label="${WORDS.share.link}"><button type="button" data-copy="link">${WORDS.share.copyLink}</button></div>
    <p class="leads"></p>
    <p class="hint link-hint"></p>
    <label class="row address"><span>${WORDS.share.address}</span><input type="url" class="public-address" spellcheck="false"></label>
    <p class="hint">${WORDS.share.addressHint}</p></div>
    <div class="code-of-link"></div></div>
    <div class="framing"><h3>${WORDS.share.frame}</h3>
    <div class="row"><input type="text" readonly class="frame" aria-label="${WORDS.share.frame}"><button type="button" data-copy="frame">${WORDS.share.copyFrame}</button></div>
    <div class="row element"><input type="text" readonly class="panel-element" aria-label="${WORDS.share.element}"><button type="button" data-copy="panel-element">${WORDS.share.copyElement}</button></div>
    <p class="hint">${WORDS.share.frameHint}</p></div>`;

const isSite = () => document.querySelector("#linviz-site") !== null;

/**
 * @param {{ query: () => string, owns: boolean, configured: () => string }} page
 *   `configured`: the public address that linviz was started with, or ""
 */
export function createLinking({ query, owns, configured }) {
  let typed = /** @type {string | null} */ (null); // here, also where nothing is kept
  const publicly = () => typed ?? (named.get() || configured());

  /** @returns {import("./leads.js").Leads} */
  function now(asked = query()) {
    const address = addressOf(publicly());
    if (address) return leadsTo(address, asked);
    if (owns) return leadsHome(window.location, asked, isSite());
    return { href: `?${asked}`, words: WORDS.share.elsewhere, open: false, framed: false };
  }

  let drawn = ""; // the link whose code is shown
  async function drawCode(/** @type {HTMLElement} */ place, /** @type {import("./leads.js").Leads} */ leads) {
    drawn = leads.href;
    const long = leads.href.length > MOST;
    place.textContent = !leads.open ? WORDS.share.noCode : long ? WORDS.share.longCode(leads.href.length, MOST) : "";
    place.dataset.words = String(place.textContent !== "");
    if (place.textContent) return;
    const code = await codeOf(leads.href);
    if (drawn !== leads.href) return;
    if (code) place.innerHTML = svgOf(code, WORDS.share.codeOfLink);
    else place.remove(); // a page without threads, or one that was saved
  }

  return {
    now,
    /** @param {HTMLElement} dialog */
    attach(dialog) {
      const field = part(dialog, ".public-address");
      field.addEventListener("change", () => {
        const text = field.value.trim();
        field.setCustomValidity(text === "" || addressOf(text) ? "" : WORDS.share.noAddress);
        if (!field.reportValidity()) return;
        named.set(text);
        typed = text || null;
        show();
      });
      const place = part(dialog, ".code-of-link");
      function show() {
        const leads = now();
        part(dialog, ".link").value = leads.href;
        part(dialog, ".leads").textContent = leads.words;
        part(dialog, ".link-hint").textContent = WORDS.share.own;
        part(dialog, ".framing").hidden = !leads.framed;
        const element = isSite() && leads.framed ? panelOf(leads.href) : "";
        part(dialog, ".element").hidden = element === "";
        part(dialog, ".panel-element").value = element;
        part(dialog, ".frame").value = frameOf(leads.href, FRAME_HEIGHT);
        drawCode(place, leads);
      }
      return () => {
        field.value = publicly();
        show();
      };
    },
  };
}
