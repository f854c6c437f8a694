// The Hessian's eigenvalues at the moment shown, as open circles beside those at the limit. They come
// in a message of their own, and are the run's then.

import { lastBefore } from "../page/arrays.js";
import { mark } from "./painter.js";

const REST = 600;

// An eigenvalue beyond the axis: a mark at its edge, never a false place.
function beyond(context, pane, px, below, ink) {
  const symbol = below ? "triangle-down" : "triangle-up";
  mark(context, px, below ? pane.y.start - 4 : pane.y.end + 4, 4, symbol, ink.text);
}

function note(context, pane, lowest, fontSize, ink) {
  context.fillStyle = ink.text;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.font = `${0.9 * fontSize}px ${ink.family}`;
  const text = `▼ below the axis, down to λ = ${lowest.toPrecision(3).replace("-", "−")}`;
  context.fillText(text, pane.x.start + fontSize, pane.y.start - 0.9 * fontSize);
}

export function createSpectra(model, panel, clock, ink) {
  let run = null;
  let timer = null;
  const known = () => (run?.spectra?.n ? run.spectra : null);

  panel.picture.decorate = (context, pane, fontSize) => {
    const moving = known();
    if (!moving) return;
    const frame = lastBefore(moving.t, clock.t);
    panel.root.dataset.spectra = frame === moving.t.length - 1 ? "limit" : "moving";
    if (frame === moving.t.length - 1) return;
    for (let k = 0; k < moving.n; k++) {
      const py = pane.y.at(moving.eigenvalues[frame * moving.n + k]);
      const [px, inside] = [pane.x.at(k + 1), py <= pane.y.start + 1 && py >= pane.y.end - 1];
      if (px < pane.x.start - 1 || px > pane.x.end + 1) continue;
      if (inside) mark(context, px, py, 4.5, "circle-open", ink().text);
      else beyond(context, pane, px, py > pane.y.start, ink());
    }
    const lowest = moving.eigenvalues[frame * moving.n];
    if (pane.y.at(lowest) > pane.y.start + 1) note(context, pane, lowest, fontSize, ink());
  };

  // beside the eigenvalues at the limit those at the moment shown
  const limit = panel.picture.table;
  panel.picture.table = () => {
    const [table, moving] = [limit(), known()];
    if (!moving) return table;
    const frame = lastBefore(moving.t, clock.t);
    const now = moving.eigenvalues.subarray(frame * moving.n, (frame + 1) * moving.n);
    const rows = Array.from(now, (value, k) => [k + 1, value, `at t = ${moving.t[frame].toPrecision(4)}`]);
    return { ...table, rows: [...table.rows, ...rows] };
  };

  return {
    show(next) {
      const same = next.id === run?.id;
      run = next;
      if (same) return;
      delete panel.root.dataset.spectra;
      clearTimeout(timer);
      timer = setTimeout(() => model.send({ type: "rest" }), REST);
    },
  };
}
