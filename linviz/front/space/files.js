// The pictures of the room as files: of the panel's menu the large one, in Share all.

import { savePicture, svgText } from "../draw/export.js";

/**
 * @typedef {object} Source
 * @property {{ render: (context: any, width: number, height: number, fontSize: number) => void }} picture
 * @property {string} name of the file, without its ending
 * @property {string} title
 * @property {{ width: number, height: number }} box on the screen; of what has none a usual one
 * @property {any} ink
 */

const USUAL = { width: 760, height: 640 };

/** @param {Source} source */
const sized = ({ box, ink }) => ({
  width: box.width || USUAL.width,
  height: box.height || USUAL.height,
  fontSize: ink.labels,
});

/** @param {Source} source @param {string} kind "png" or "svg" */
export const saved = (source, kind) =>
  savePicture(source.picture, {
    name: source.name,
    kind,
    title: source.title,
    words: "",
    ink: source.ink,
    ...sized(source),
  });

/** @param {Source} source @param {number} width @param {number} height @param {number} fontSize */
export const asText = ({ picture, title, ink }, width, height, fontSize) =>
  svgText(picture, { width, height, fontSize, ink, title, words: "" });

/** An entry of Share. @param {Source} source */
export const entryOf = (source) => ({
  name: source.name,
  title: source.title,
  save: (/** @type {string} */ kind) => saved(source, kind),
});
