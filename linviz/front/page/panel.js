// One panel: a heading with a phrase, the box of its picture, and a menu, in which stands what is said of
// the whole run.

import { indexed } from "./text.js";
import { WORDS } from "./words.js";

const MARKUP = `<div class="heading"><div class="titles"><h2></h2><span class="phrase"></span></div>
  <button type="button" class="leave">${WORDS.panel.leave}</button>
  <button type="button" class="more" aria-haspopup="true" aria-expanded="false">⋯</button>
  <div class="menu" popover><p class="words"></p></div></div>
  <div class="picture"></div>`;

// A picture of `oneRun` at a time shows B where A is kept.
export function createPanel({ name, title, oneRun, picture, actions }) {
  const root = document.createElement("section");
  root.className = `panel panel-${name}`;
  root.dataset.panel = name;
  root.innerHTML = MARKUP;
  const find = (selector) => root.querySelector(selector);
  const [short, formula] = title.split(" = ");
  find("h2").textContent = short;
  const which = document.createElement("span");
  find("h2").append(which);
  if (formula) find("h2").insertAdjacentHTML("beforeend", `<span class="formula"> = ${formula}</span>`);
  find(".picture").append(picture.element);
  root.setAttribute("aria-label", title);
  picture.describe(title); // until a run has something to show in it
  find(".more").setAttribute("aria-label", WORDS.panel.menu(title));
  addMenu(find(".more"), find(".menu"), {
    [WORDS.panel.table]: actions.table,
    [WORDS.panel.png]: () => actions.save("png"),
    [WORDS.panel.svg]: () => actions.save("svg"),
    ...(actions.figure && { [WORDS.panel.plotly]: actions.figure }),
    [WORDS.panel.full]: actions.full,
  });
  const box = { width: 0, height: 0 }; // of the picture, read when it changes and at no other time
  const size = new ResizeObserver(([{ contentRect }]) => {
    [box.width, box.height] = [contentRect.width, contentRect.height];
    picture.fit(box);
  });
  size.observe(find(".picture"));
  return {
    root,
    name,
    title,
    picture,
    box,
    ...kept(actions),
    say(run) {
      const words = run.words[name] ?? "";
      find(".words").replaceChildren(...indexed(words));
      find(".phrase").textContent = run.phrases?.[name] ?? "";
      which.textContent = run.kept && oneRun ? WORDS.panel.ofB : "";
    },
    // after the picture is shown, which may say less
    describe(run) {
      picture.describe(`${title}. ${run.words[name] ?? ""}`);
    },
  };
}

// What others do with the picture too.
const kept = ({ save, written }) => ({ save, written });

// A menu of buttons under the button that opens it; Escape closes it (it is a popover).
function addMenu(button, menu, entries) {
  menu.append(
    ...Object.entries(entries).map(([text, act]) => {
      const item = document.createElement("button");
      item.type = "button";
      item.textContent = text;
      item.addEventListener("click", () => {
        menu.hidePopover();
        act();
      });
      return item;
    }),
  );
  menu.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
  });
  button.addEventListener("click", () => {
    menu.togglePopover();
    if (!menu.matches(":popover-open")) return;
    const { bottom, right } = button.getBoundingClientRect();
    menu.style.top = `${Math.min(bottom + 2, window.innerHeight - menu.offsetHeight - 4)}px`;
    menu.style.left = `${Math.max(4, right - menu.offsetWidth)}px`;
    menu.querySelector("button").focus();
  });
}
