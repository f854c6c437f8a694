// Everything to take along: the link, the code, the numbers, the pictures and the page itself.

import { createDialog } from "./dialog.js";
import { LINK_BODY } from "./linking.js";
import { part, parts } from "./part.js";
import { saveBlob } from "../draw/export.js";
import { copied } from "./text.js";
import { WORDS } from "./words.js";

const BODY = `
    <div class="scroll">
    ${LINK_BODY}
    <h3>${WORDS.share.code}</h3>
    <pre class="code" tabindex="0" role="region" aria-label="${WORDS.share.codeName}"></pre>
    <div class="row"><button type="button" data-copy="code">${WORDS.share.copyCode}</button></div>
    <h3>${WORDS.share.files}</h3><div class="files"></div>
    <h3>${WORDS.handout.paper}</h3><div class="paper"></div>
    <h3>${WORDS.share.pictures}</h3><div class="pictures"></div></div>
    <p class="copied" role="status"></p>`;

export function createShare(model, { linking, code, moment, pictures, tell }) {
  const dialog = createDialog("share", WORDS.share.name, BODY);
  const find = (selector) => part(dialog, selector);
  const say = (words) => {
    find(".copied").textContent = words;
  };
  const take = async (text) => {
    const done = await copied(text, dialog);
    say(done ? WORDS.copied : WORDS.share.refused);
  };
  // one file at a time: the kernel makes the newest that was asked for
  const wait = (on) => {
    for (const button of parts(dialog, ".files button")) button.disabled = on;
  };
  const ask = (what) => {
    say(WORDS.share.preparing);
    wait(true);
    model.send({ type: "download", what, t: moment() });
  };
  find(".files").append(
    ...Object.entries(WORDS.share.file).map(([what, words]) => entry(what.toUpperCase(), words, () => ask(what), what)),
  );
  const print = () => {
    dialog.close();
    window.print();
  };
  find(".paper").append(entry(WORDS.handout.print, WORDS.handout.words, print, "print"));
  const pictured = ({ name, title, save }) => {
    const row = entry("PNG", title, () => save("png"), `${name}-png`);
    part(row, "button").after(saver("SVG", title, () => save("svg"), `${name}-svg`));
    return row;
  };
  dialog.addEventListener("click", (event) => {
    const what = event.target instanceof HTMLElement && event.target.dataset.copy;
    if (what) take(what === "code" ? find(".code").textContent : find(`.${what}`).value);
  });
  model.on("msg:custom", (message, buffers) => {
    if (message.type !== "download") return;
    saveBlob(message.name, new Blob([buffers[0]], { type: message.mime }));
    if (message.note) tell(message.note);
    say(WORDS.share.saved(message.name));
    wait(false);
  });
  model.on("change:status", () => {
    const { state, words } = model.get("status");
    if (state !== "error") return;
    if (dialog.open) say(words);
    wait(false);
  });
  const showLink = linking.attach(dialog);
  return {
    dialog,
    open() {
      showLink();
      find(".pictures").replaceChildren(...pictures().map(pictured));
      find(".code").textContent = code();
      say("");
      dialog.showModal();
    },
  };
}

function entry(kind, words, act, what) {
  const row = document.createElement("div");
  row.className = "entry";
  const text = document.createElement("span");
  text.textContent = words;
  row.append(saver(kind, words, act, what), text);
  return row;
}

function saver(kind, words, act, what) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = kind;
  button.dataset.file = what;
  button.setAttribute("aria-label", WORDS.share.save(kind, words));
  button.addEventListener("click", act);
  return button;
}
