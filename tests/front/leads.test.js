import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, frameOf, leadsHome, leadsTo, panelOf } from "../../linviz/front/page/leads.js";

const QUERY = "v=1&dims=2,2&A=H%3D1";

/** @param {string} text */
const placeOf = (text) => new URL(text);

test("a link of this computer is told to be that, and has no code", () => {
  for (const host of ["127.0.0.1:8866", "localhost:1", "[::1]:80"]) {
    const { href, words, open } = leadsHome(placeOf(`http://${host}/?seed=8`), QUERY, false);
    assert.equal(href, `http://${host === "[::1]:80" ? "[::1]" : host}/?${QUERY}`);
    assert.match(words, /this computer only/);
    assert.equal(open, false);
  }
});

test("a server, a site and one's own server say who comes there", () => {
  assert.match(leadsHome(placeOf("http://10.0.0.7:8866/"), QUERY, false).words, /10\.0\.0\.7:8866.* while linviz runs/);
  assert.match(leadsHome(placeOf("https://a.github.io/linviz/"), QUERY, true).words, /no server/);
  const own = leadsHome(placeOf("https://hub.example.org/user/me-1/voila/render/a.ipynb"), QUERY, false);
  assert.match(own.words, /your own server/);
  assert.equal(own.open, false);
});

test("the link for a public address is the same query", () => {
  const site = addressOf("https://a.github.io/linviz/?lecture=1#x");
  assert.ok(site);
  assert.equal(leadsTo(site, QUERY).href, `https://a.github.io/linviz/?${QUERY}`);
  assert.equal(leadsTo(site, QUERY).open, true);
});

test("to Binder the query goes within what it opens, and comes out again", () => {
  for (const urlpath of ["", "?urlpath=voila%2Frender%2Fnotebooks%2Fdashboard.ipynb%3Fseed%3D1"]) {
    const binder = addressOf(`https://mybinder.org/v2/gh/me/linviz/v1.0${urlpath}`);
    assert.ok(binder);
    const { href, framed } = leadsTo(binder, QUERY);
    const opened = new URL(href).searchParams.get("urlpath") ?? "";
    assert.equal(opened, `voila/render/notebooks/dashboard.ipynb?${QUERY}`);
    assert.equal(framed, false);
  }
});

test("what is no address of a page is none", () => {
  for (const text of ["", "a.github.io", "javascript:alert(1)", "file:///a", "https://", "https://a b", 'https://a"b'])
    assert.equal(addressOf(text), null, text);
});

test("a frame can be put into HTML as it stands", () => {
  const frame = frameOf(`https://a.org/?${QUERY}`, 480);
  assert.match(frame, /src="https:\/\/a\.org\/\?v=1&amp;dims=2,2&amp;A=H%3D1&amp;embed=1"/);
});

test("an element names the script of the site, and asks for the same screen", () => {
  const element = panelOf("https://a.org/x/?preset=staircase&panels=loss,tree&t=3");
  assert.match(element, /src="https:\/\/a\.org\/x\/linviz-panel\.js"/);
  assert.match(element, /scenario="preset=staircase&amp;panels=loss,tree&amp;t=3" panels="loss,tree"/);
  assert.equal(panelOf("https://a.org/x/?room=starts"), "");
});
