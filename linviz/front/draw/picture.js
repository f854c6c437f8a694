// A picture as it comes from Python (linviz/figures/picture.py): panes, one below the other, and what
// is drawn in them, in this order: levels, curves, marks, texts; or heat maps, or a network.

/**
 * @typedef {Float64Array | number[]} Numbers
 * @typedef {{color: string, dash: "solid"|"dash"|"dot"|"dashdot"|"longdash", width: number}} Line
 * @typedef {"circle"|"square"|"diamond"|"triangle-up"|"triangle-down"|"circle-open"|"square-open"|"diamond-open"} Mark
 *
 * The range is in the axis' own values on a log scale too; `letter` is what a sentence calls them.
 * @typedef {object} Axis
 * @property {string} title
 * @property {string} letter
 * @property {"linear"|"log"|"root"|"bent"} scale  on a root scale places are square roots of heights above
 *   the foot; a bent one is linear up to an inner value, then logarithmic, on both sides of 0
 * @property {[number, number]} range
 * @property {boolean} whole  its values are whole numbers
 * @property {boolean} time  its values are the time of the run
 * @property {boolean} zero  a line at 0
 * @property {boolean} labeled  its ticks have numbers
 * @property {number} [foot]
 * @property {number} [inner]
 * @property {[number, string][]} [ticks]  its own, the more important first
 *
 * The height is the pane's part of the picture: 0 is its bottom, 1 its top. One that is a lens shows a
 * band of that pane's values larger.
 * @typedef {{x: Axis, y: Axis, height: [number, number], lens?: number|null}} Pane
 *
 * A line through points, ascending in x; the marker stands at the moment shown. Over time one that
 * grows is pale as a whole and bold up to that moment; a hollow one is two lines: another run. Of
 * those with an accent the last that has come into play has its color.
 * @typedef {object} Curve
 * @property {string} name
 * @property {Numbers} x
 * @property {Numbers} y
 * @property {Line} line
 * @property {Mark|null} marker
 * @property {boolean} grows
 * @property {boolean} hollow
 * @property {{color: string, start: number, end: number}|null} accent
 * @property {Label|null} label  at its right end
 * @property {number} pane
 *
 * Symbols at points, `size` pixels across.
 * @typedef {{name: string, x: Numbers, y: Numbers, symbol: Mark, color: string, size: number, pane: number}} Marks
 *
 * A horizontal line. Of labels inside that would touch, the first is kept; those beside the pane move apart.
 * @typedef {{words: string, color: string, place: "inside"|"beside"}} Label
 * @typedef {{name: string, value: number, line: Line, label: Label|null, pane: number}} Level
 *
 * Bold words above or below a point, which their left end, center or right end is at.
 * @typedef {object} Text
 * @property {string} name
 * @property {string} words
 * @property {number} x
 * @property {number} y
 * @property {"above"|"below"} side
 * @property {"left"|"center"|"right"} align
 * @property {string} color
 * @property {number} pane
 *
 * Matrices one after the other, and what their shape is: [moments, rows, columns].
 * @typedef {Float32Array & { shape: number[] }} Matrices
 *
 * A matrix at moments t, on the line between two of them, with zero in the middle of its colors:
 * full at `limit`, zero at or below `floor`.
 * @typedef {object} Heat
 * @property {string} name
 * @property {string} title  what follows "_" is lowered
 * @property {Float64Array} t
 * @property {Matrices} values
 * @property {number} limit
 * @property {number} floor
 * @property {string} scale  those of one scale share their colors, and a bar of that name
 * @property {"weights"|"invariants"|"images"} kind
 * @property {string} key  its letter in the equations: W1, P, Y, C1, and D1 for another run's C1
 * @property {number} cell  the side of a cell beside those of others
 *
 * A column of neurons; of more than twice as many as `ends`, so many are drawn at either end.
 * @typedef {{name: string, count: number, ends: number, words: string}} Neurons
 *
 * The weights from a column to the next: full width at `limit`, not drawn below `floor`.
 * @typedef {{name: string, t: Float64Array, values: Matrices, limit: number, floor: number}} Edges
 *
 * @typedef {{neurons: Neurons[], edges: Edges[]}} Network
 *
 * A critical value: modes learned, counted from 1; `turn` is its place on the run's way, or -1.
 * @typedef {object} Node
 * @property {number[]} learned
 * @property {number} level
 * @property {number|null} down  ways down, where known
 * @property {"minimum"|"saddle"|"flat saddle"|"unclear"} kind
 * @property {string} name
 * @property {number} spent  the share of the run's time
 * @property {number} turn
 *
 * Of so many in all; up to `pills` modes every node is a row of pips. Of modes in one of the `ties` only
 * how many are learned is known.
 * @typedef {{nodes: Node[], edges: [number, number][], modes: number, count: number, pills: number, ties: number[][], colors: string[]}} Tree
 *
 * Rows of the table: moments with a column for each curve, points, each with its kind, or the entries
 * of matrices at the moment shown.
 * @typedef {{rows: "moments"|"points"|"entries", kind: string}} Table
 *
 * @typedef {object} Picture
 * @property {Pane[]} panes
 * @property {Level[]} levels
 * @property {Curve[]} curves
 * @property {Marks[]} marks
 * @property {Text[]} texts
 * @property {Heat[]} heats
 * @property {Network|null} network
 * @property {Tree} [tree]
 * @property {Table} table
 */

/**
 * Whether nothing is drawn in it.
 * @param {Picture} picture
 */
export function isBlank({ levels, curves, marks, texts }) {
  return levels.length + curves.length + marks.length + texts.length === 0;
}

/**
 * What has numbers at points: curves and marks.
 * @param {Picture} picture
 */
export function measured({ curves, marks }) {
  return [...curves, ...marks].filter(({ x }) => x.length > 0);
}
