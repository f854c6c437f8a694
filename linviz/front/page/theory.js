// The statements of the theory beside what was measured, as a table in a dialog.

import { createDialog } from "./dialog.js";
import { part } from "./part.js";
import { indexed } from "./text.js";

const MARKS = {
  true: ["✓", "holds"],
  false: ["✗", "does not hold"],
  null: ["–", "not decided here, or does not apply"],
};

export function createTheory(model) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "open-theory";
  button.textContent = "Theory, line by line";
  const dialog = createDialog(
    "theory",
    "Theory, line by line",
    `
    <div class="scroll" tabindex="0" role="region" aria-label="Statements"><table><thead><tr><th scope="col">Statement</th><th scope="col">Theory</th>
    <th scope="col">This run</th><th scope="col">Holds</th></tr></thead><tbody></tbody></table></div>`,
  );
  button.addEventListener("click", () => dialog.showModal());
  model.on("msg:custom", (message) => {
    if (message.type !== "later") return;
    part(dialog, "tbody").replaceChildren(...message.theory.map(row));
    button.disabled = false;
    button.dataset.run = message.run;
  });
  return { button, dialog, outdate: () => (button.disabled = !dialog.open) };
}

function row({ name, theory, measured, holds }) {
  const tr = document.createElement("tr");
  tr.dataset.holds = String(holds);
  const head = document.createElement("th");
  head.scope = "row";
  head.append(...indexed(name));
  const [mark, words] = MARKS[String(holds)];
  const cells = [theory, measured, mark].map((text) => {
    const td = document.createElement("td");
    td.append(...indexed(text));
    return td;
  });
  cells[2].setAttribute("aria-label", words);
  tr.append(head, ...cells);
  return tr;
}
