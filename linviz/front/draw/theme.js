// Light and dark, large and small: what a picture made for white paper becomes on this page.

// Colors come from the style sheet (linviz/figures/colors.py): those that the page draws with by their
// names, and in the dark theme `--tints`, what stands for each color of a picture.
const NAMES = [
  "text",
  "soft",
  "axis",
  "grid",
  "paper",
  "faint",
  "band",
  "other",
  "negative",
  "positive",
  "halo",
].concat([
  "saddle",
  "saddle-text",
  "flat",
  "flat-text",
  "hatch",
  "falling",
  "minimum",
  "minimum-text",
  "up",
  "down",
  "on-pale",
  "on-deep",
  "gentle",
  "steep",
  "sharp",
  ...[1, 2, 3, 4, 5, 6].flatMap((k) => [`mode-${k}`, `pip-${k}`]),
]);

const PALE = 0.28; // of a color in what of a curve is still to come

export function color(name, { tints }) {
  return tints?.[name.toLowerCase()] ?? name;
}

// A line as it is where the run has not come yet: solid, not transparent, so that lines may cross.
export function paled(line, ink) {
  const [own, paper] = [channels(line.color), channels(ink.paper)];
  return { ...line, color: css(paper.map((c, k) => Math.round(c + PALE * (own[k] - c)))) };
}

export function css(rgb) {
  return `rgb(${rgb.join(",")})`;
}

// Red, green and blue of a color as style sheets write it.
export function channels(color) {
  if (color === "") return [0, 0, 0]; // the style sheet is still to come
  const hex = /^#([0-9a-f]{6})$/i.exec(color);
  if (hex) return [0, 2, 4].map((k) => parseInt(hex[1].slice(k, k + 2), 16));
  const numbers = /^rgb/.test(color) ? (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number) : [];
  if (numbers.length < 3) throw new Error(`linviz: no color is written ${color}`);
  return numbers;
}

// The picture in this page's colors and line widths; arrays are shared, not copied.
export function tinted(picture, ink) {
  const { dark, bold } = ink;
  if (!dark && bold === 1) return picture;
  const colored = (thing) => ({ ...thing, color: color(thing.color, ink) });
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
  const tints = value("tints")
    .split(",")
    .map((pair) => pair.trim().split(" "));
  return {
    ...Object.fromEntries(NAMES.map((name) => [camel(name), value(name)])),
    tints: Object.fromEntries(tints.filter((pair) => pair.length === 2)),
    cursor: value("text"),
    family: style.fontFamily,
    dark: root.dataset.theme === "dark",
    alone: value("alone") === "1", // one picture at a time
    bold: root.dataset.lecture === "true" ? 1.6 : 1,
    labels: parseFloat(getComputedStyle(root.querySelector(".panels") ?? root).fontSize), // of axes, in pixels
  };
}

const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
