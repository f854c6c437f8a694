// Light and dark, large and small: what a picture made for white paper becomes on this page.

// Okabe and Ito's colors as they are on white, and what stands for each of them on black.
const DARK = {
  "#1b1f24": "#f2f4f7",
  "#555555": "#b9c0c8",
  "#6b7280": "#a3acb8",
  "#8a929c": "#8a929c",
  "#4b5560": "#b9c2cd",
  "#e6e8eb": "#2b323b",
  "#0072b2": "#5db4f5",
  "#d55e00": "#ff9248",
  "#b34f00": "#ff9248",
  "#009e73": "#34d3a3",
  "#007856": "#34d3a3",
  "#aa4499": "#e79ad9",
  "#e69f00": "#f5c04a",
  "#8a5f00": "#f5c04a",
  "#56b4e9": "#a5e0f5",
  "#23739f": "#a5e0f5",
  "rgba(255,255,255,0.8)": "rgba(28,33,40,0.8)",
};

export function color(name, dark) {
  return dark ? (DARK[name.toLowerCase()] ?? name) : name;
}

// The picture in this page's colors and line widths; arrays are shared, not copied.
export function tinted(picture, { dark, bold }) {
  if (!dark && bold === 1) return picture;
  const colored = (thing) => ({ ...thing, color: color(thing.color, dark) });
  const lined = (thing) => ({ ...thing, line: { ...colored(thing.line), width: thing.line.width * bold } });
  return {
    ...picture,
    levels: picture.levels.map((level) => ({ ...lined(level), label: level.label && colored(level.label) })),
    curves: picture.curves.map(lined),
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
    bold: root.dataset.lecture === "true" ? 1.6 : 1,
  };
}
