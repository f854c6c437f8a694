// Light and dark, large and small: what a picture made for white paper becomes on this page.

// The colors as they are on white (linviz/figures/theme.py), and what stands for each of them on black.
const DARK = {
  "#15191e": "#eef1f4",
  "#7c8590": "#9aa5b0",
  "#8b949e": "#7f8a95",
  "#4d5661": "#b3bcc6",
  "#e8ebee": "#29313a",
  "#dfe3e7": "#2f3841",
  "#ffffff": "#12161b",
  "#0072b2": "#4aa8e8",
  "#d55e00": "#f5803e",
  "#b84f00": "#f5803e",
  "#009e73": "#2fbf92",
  "#007a59": "#2fbf92",
  "#cc79a7": "#e29ac6",
  "#9b3f75": "#e29ac6",
  "#8a7a00": "#b8a13c",
  "#6b5f00": "#b8a13c",
  "#5b5bd6": "#8fa3ff",
  "#4848b8": "#8fa3ff",
  "#8c510a": "#e8a054",
  "#1f4e79": "#8abef0",
  "rgba(255,255,255,0.8)": "rgba(18,22,27,0.8)",
};

const PALE = 0.28; // of a color in what of a curve is still to come

export function color(name, dark) {
  return dark ? (DARK[name.toLowerCase()] ?? name) : name;
}

// A line as it is where the run has not come yet: solid, not transparent, so that lines may cross.
export function paled(line, ink) {
  const [own, paper] = [channels(line.color, ink.dark), channels(ink.paper, ink.dark)];
  return { ...line, color: css(paper.map((c, k) => Math.round(c + PALE * (own[k] - c)))) };
}

export function css(rgb) {
  return `rgb(${rgb.join(",")})`;
}

export function channels(color, dark) {
  const hex = /^#([0-9a-f]{6})$/i.exec(color);
  if (hex) return [0, 2, 4].map((k) => parseInt(hex[1].slice(k, k + 2), 16));
  const numbers = /^rgb/.test(color)
    ? color
        .match(/[\d.]+/g)
        .slice(0, 3)
        .map(Number)
    : [];
  if (numbers.length === 3) return numbers;
  return dark ? [18, 22, 27] : [255, 255, 255];
}

// The picture in this page's colors and line widths; arrays are shared, not copied.
export function tinted(picture, { dark, bold }) {
  if (!dark && bold === 1) return picture;
  const colored = (thing) => ({ ...thing, color: color(thing.color, dark) });
  const lined = (thing) => ({ ...thing, line: { ...colored(thing.line), width: thing.line.width * bold } });
  return {
    ...picture,
    levels: picture.levels.map((level) => ({ ...lined(level), label: level.label && colored(level.label) })),
    curves: picture.curves.map((curve) => ({
      ...lined(curve),
      accent: curve.accent && colored(curve.accent),
      label: curve.label && colored(curve.label),
    })),
    marks: picture.marks.map((marks) => ({ ...colored(marks), size: marks.size * (1 + (bold - 1) / 2) })),
    texts: picture.texts.map(colored),
  };
}

// What pictures draw with, read from the style sheet once until the style changes.
export function createInk(root) {
  let known = null;
  const ink = () => (known ??= inkOf(root));
  ink.renew = () => (known = null);
  return ink;
}

function inkOf(root) {
  const style = getComputedStyle(root);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = ["text", "soft", "axis", "grid", "cursor", "paper"];
  return {
    ...Object.fromEntries(names.map((name) => [name, value(name)])),
    family: style.fontFamily,
    dark: root.dataset.theme === "dark",
    alone: value("alone") === "1", // one picture at a time
    bold: root.dataset.lecture === "true" ? 1.6 : 1,
    labels: parseFloat(getComputedStyle(root.querySelector(".panels") ?? root).fontSize), // of axes, in pixels
  };
}
