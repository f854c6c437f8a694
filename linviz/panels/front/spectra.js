// The Hessian's eigenvalues at the moment shown, as open circles beside those at the limit. They are
// asked for when the controls have rested, and come in a message of their own.

import { lastBefore } from "./arrays.js";
import { mark } from "./painter.js";

const REST = 600;

export function createSpectra(model, panel, clock) {
  let run = null;
  let moving = null; // {t, n, values}
  let timer = null;

  panel.decorate = (context, axes) => {
    if (!moving) return;
    const frame = lastBefore(moving.t, clock.t);
    panel.root.dataset.spectra = frame === moving.t.length - 1 ? "limit" : "moving";
    if (frame === moving.t.length - 1) return;
    for (let k = 0; k < moving.n; k++) {
      const py = axes.y.at(moving.values[frame * moving.n + k]);
      const y = Math.min(axes.y.start, Math.max(axes.y.end, py));
      mark(context, axes.x.at(k + 1), y, 4.5, "circle-open", "#1b1f24");
    }
  };

  model.on("msg:custom", (message, buffers) => {
    if (message.type !== "later" || message.run !== run) return;
    const [t, values] = buffers.map((b) => new Float64Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength)));
    moving = message.n ? { t, values, n: message.n } : null;
    panel.drawCursor();
  });

  return {
    show(id) {
      if (id === run) return;
      [run, moving] = [id, null];
      clearTimeout(timer);
      timer = setTimeout(() => model.send({ type: "rest" }), REST);
    },
  };
}
