// What stands at the right of the page's head: theory, share, view and lecture hall, and the address.

import { createAddress, ownsAddress, queryOf } from "./address.js";
import { createHandout } from "./handout.js";
import { createLinking } from "./linking.js";
import { createShare } from "./share.js";
import { createUndo } from "./undo.js";
import { createViewDialog } from "./view.js";
import { WORDS } from "./words.js";

const END = { t: 1, last: 1 }; // no moment

export function addDoors(page) {
  const { root, model, clock, find } = page;
  const link = (look = page.view.now) =>
    queryOf(page.keeping.of(page.run), look, page.rooms.moment() ?? page.timebar.moment(), page.view.usual);
  page.address = createAddress(link);
  page.owns = ownsAddress(root);
  const configured = () => model.home ?? page.run.catalogue.address ?? "";
  page.linking = createLinking({ query: link, owns: page.owns, configured });
  const share = createShare(model, {
    linking: page.linking,
    moment: () => (clock.t < clock.last ? clock.t : null),
    code: () => codeOf(page.run, link()),
    tell: page.tell,
    pictures: () => page.rooms.pictures() ?? page.panels.list,
  });
  const titled = (list) => list.map(({ name, title }) => [name, title]);
  const look = createViewDialog(page.view, titled(page.panels.list), titled(model.get("run").catalogue.controls));
  page.undo = undoOf(page);
  find(".doors").append(
    ...page.undo.buttons,
    page.theory.button,
    door("share", WORDS.share.door, share.open),
    door("view", WORDS.view.door, look.open),
  );
  const enter = () => {
    page.view.set({ lecture: !page.view.now.lecture });
    find(".scrubber").focus({ preventScroll: true }); // the keys of time act at once
  };
  find(".doors").append(door("hall", WORDS.page.hall, enter));
  const back = door("back", WORDS.page.back, () => page.view.set({ lecture: false }));
  back.setAttribute("aria-label", WORDS.page.leaveHall);
  find(".where").append(back);
  addWayOut(page, () => link({ ...page.view.now, embed: false }));
  page.theory.dialog.append(method());
  root.append(share.dialog, look.dialog);
  page.unprint = createHandout(page, () => ({ link: page.linking.now().href, scenario: scenarioOf(page.run) }));
  clock.listen(() => page.owns && root.dataset.ready === "true" && page.address.write());
  clock.listen(page.headline.move);
}

// From within another page to the whole one.
function addWayOut({ find, linking }, query) {
  const way = document.createElement("a");
  Object.assign(way, { className: "open-linviz", target: "_blank", rel: "noopener", textContent: WORDS.page.whole });
  way.title = WORDS.page.openWhole;
  const lead = () => (way.href = linking.now(query()).href);
  for (const event of ["pointerenter", "pointerdown", "focus"]) way.addEventListener(event, lead);
  way.href = window.location.pathname;
  find(".time-more").before(way);
}

// What is drawn can be taken back; and what the page says meanwhile once nothing is held or asked for.
function undoOf(page) {
  const { root, model, hand, edits, view } = page;
  return createUndo({
    root,
    query: () => queryOf(page.run, view.now, END, view.usual),
    drawn: () => page.given === model.get("run") && root.dataset.state !== "running",
    resting: () => !hand.held && !edits.pending,
    restore: edits.open,
    address: page.owns ? page.address : null,
  });
}

function door(name, text, open) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `open-${name}`;
  button.textContent = text;
  button.addEventListener("click", open);
  return button;
}

// What the run claims at its end and how it was computed: there for those who ask.
function method() {
  const element = document.createElement("div");
  element.className = "method";
  element.innerHTML = '<p class="verdict"></p><p class="budget"></p>';
  return element;
}

function codeOf(run, query) {
  return `${run.code}\n\n# ${WORDS.share.sameScreen}\nlv.dashboard(link="${query}")`;
}

// The line of the code that says what was run.
function scenarioOf({ code }) {
  return /^scenario = lv\.(.*)$/m.exec(code)?.[1] ?? code;
}
