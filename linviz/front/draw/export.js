// A picture as a file: PNG in three times the screen's resolution, or SVG.

import { contextOf } from "./painter.js";
import { createSvg } from "./svg.js";
import { WORDS } from "../page/words.js";

const SCALE = 3;
const MOST_PIXELS = 16e6; // what every browser's canvas can hold

export async function savePicture(picture, options) {
  const name = `${options.name}.${options.kind}`;
  const blob = options.kind === "svg" ? svgOf(picture, options) : await pngOf(picture, options);
  saveBlob(name, blob);
  return name;
}

export function saveBlob(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// The whole picture with its title, so many wide and high in all, as text.
export function svgText(picture, { width, height, fontSize, ink, title, words }) {
  return drawn(picture, { width, height: height - headingHeight(fontSize), fontSize, ink, title, words }).toString();
}

function svgOf(picture, options) {
  return new Blob([drawn(picture, options).toString()], { type: "image/svg+xml" });
}

function drawn(picture, { width, height, fontSize, ink, title, words }) {
  const top = headingHeight(fontSize);
  const context = createSvg(width, height + top, ink.paper);
  context.describe(title, words);
  compose(context, picture, { width, height, fontSize, ink, title });
  return context;
}

function pngOf(picture, { width, height, fontSize, ink, title }) {
  const total = height + headingHeight(fontSize);
  const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (width * total)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(total * scale)];
  const context = contextOf(canvas);
  context.scale(scale, scale);
  compose(context, picture, { width, height, fontSize, ink, title });
  context.globalCompositeOperation = "destination-over"; // pictures clear their ground
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, width, total);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(WORDS.panel.noPng))), "image/png");
  });
}

function compose(context, picture, { width, height, fontSize, ink, title }) {
  context.save();
  context.translate(0, headingHeight(fontSize));
  picture.render(context, width, height, fontSize);
  context.restore();
  context.save();
  const size = 1.15 * fontSize;
  const room = width - 2 * fontSize;
  const font = (px) => `600 ${px}px ${ink.family}`;
  context.font = font(size);
  const wide = context.measureText(title).width;
  if (wide > room) context.font = font((size * room) / wide);
  [context.fillStyle, context.textAlign, context.textBaseline] = [ink.text, "left", "middle"];
  context.fillText(title, fontSize, 1.3 * fontSize);
  context.restore();
}

function headingHeight(fontSize) {
  return Math.round(2.2 * fontSize);
}
