// plotly.js, brought after the first picture: over HTTP where the server offers it, else from the
// kernel. It adds hover, zoom and export to a picture that is there already.

import { geometry, spaced } from "./axes.js";

const CONFIG = {
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  responsive: false,
  showTips: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "toImage"],
};

// Every dashboard has a copy of this module; the library comes once.
export function loadPlotly(model) {
  window.linvizPlotly ??= bring(model)
    .then((url) => runScript(url))
    .then(() => window.Plotly);
  return window.linvizPlotly;
}

async function bring(model) {
  const served = document.querySelector('meta[name="linviz-static"]')?.content;
  if (served) return `${served}plotly-basic.min.js`;
  const bytes = await new Promise((resolve) => {
    const listen = (message, buffers) => {
      if (message.type !== "plotly") return;
      model.off("msg:custom", listen);
      resolve(buffers[0]);
    };
    model.on("msg:custom", listen);
    model.send({ type: "plotly" });
  });
  return URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
}

function runScript(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    const define = window.define; // a module loader on the page would swallow the library
    window.define = undefined;
    const done = (settle) => () => {
      window.define = define;
      settle();
    };
    script.onload = done(resolve);
    script.onerror = done(() => reject(new Error("plotly did not load")));
    document.head.append(script);
  });
}

export async function react(Plotly, element, spec, { width, height, fontSize, name }) {
  const { margin, axes } = geometry(spec, width, height, fontSize);
  const layout = { ...spec.layout, width, height, margin, autosize: false };
  layout.font = { ...layout.font, size: fontSize };
  for (const [name, placed] of Object.entries(axes)) {
    const key = `${name[0]}axis${name.slice(1)}`;
    layout[key] = {
      ...layout[key],
      range: [...layout[key].range],
      tickmode: "array",
      tickvals: placed.ticks.map((tick) => tick.value),
      ticktext: placed.ticks.map((tick) => tick.text),
      title: { ...layout[key].title, font: { size: placed.titleSize }, standoff: 0.3 * fontSize },
    };
  }
  layout.annotations = spaced(spec, axes, fontSize).map((note) => ({
    ...note,
    font: { ...note.font, size: 0.88 * fontSize },
  }));
  const data = spec.data.map((trace) => ({ ...trace }));
  const toImageButtonOptions = { scale: 3, filename: `linviz-${name}` };
  await Plotly.react(element, data, layout, { ...CONFIG, toImageButtonOptions });
}

// Ranges after a zoom, by axis; fixed ticks give way to plotly's own.
export function currentRanges(element) {
  const ranges = {};
  for (const key of Object.keys(element._fullLayout ?? {})) {
    if (/^[xy]axis\d*$/.test(key)) ranges[key] = element._fullLayout[key].range;
  }
  return ranges;
}

export function freeTicks(Plotly, element, changes) {
  const zoomed = Object.keys(changes).map((key) => /^([xy]axis\d*)\.range/.exec(key)?.[1]);
  const update = {};
  for (const axis of zoomed.filter(Boolean)) update[`${axis}.tickmode`] = "auto";
  for (const key of Object.keys(changes)) {
    const reset = /^([xy]axis\d*)\.autorange$/.exec(key)?.[1];
    if (reset) update[`${reset}.tickmode`] = "auto";
  }
  if (Object.keys(update).length > 0) Plotly.relayout(element, update);
}
