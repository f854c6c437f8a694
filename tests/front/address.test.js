import assert from "node:assert/strict";
import { test } from "node:test";

import { queryOf } from "../../linviz/front/page/address.js";
import { DEFAULTS } from "../../linviz/front/page/view.js";

const VIEW = { ...DEFAULTS, panels: ["loss", "modes"], hidden: [] };
const END = { t: 5, last: 5 };

test("a link names what is not usual", () => {
  assert.equal(queryOf({ query: "H=2", kept: null }, VIEW, END, VIEW.panels), "H=2");
  const view = {
    ...VIEW,
    lecture: true,
    matrices: "invariants",
    panels: ["loss"],
    hidden: /** @type {string[]} */ (["H", "seed"]),
  };
  assert.equal(
    queryOf({ query: "H=2", kept: null }, view, { t: 1.23456789, last: 5 }, VIEW.panels),
    "H=2&lecture=1&matrices=invariants&panels=loss&hidden=H,seed&t=1.23457",
  );
});

test("a lecture scenario's axes are always named, and what is kept beside it", () => {
  const query = queryOf({ query: "preset=saddles", kept: "H=1&seed=3" }, VIEW, END, VIEW.panels);
  assert.equal(query, "preset=saddles&log_loss=0&log_time=0&A=H%3D1%26seed%3D3");
});
