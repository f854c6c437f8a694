import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutTracking } from "../../linviz/front/page/tracking.js";

test("an address loses what follows its reader, and nothing else", () => {
  assert.equal(withoutTracking("?utm_source=mail&utm_source=mail&fbclid=IwAR0-_x"), "");
  assert.equal(
    withoutTracking("?preset=staircase&gclid=1&t=2&panels=loss,modes&ref=moodle"),
    "?preset=staircase&t=2&panels=loss,modes",
  );
  assert.equal(withoutTracking("?sede=8&A=ref%3D1"), "?sede=8&A=ref%3D1");
  assert.equal(withoutTracking(""), "");
});
