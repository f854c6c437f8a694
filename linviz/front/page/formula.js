// Formulas in TeX as MathML: of TeX the few commands that the theory is written in.

/** @type {Record<string, string>} */
const LETTERS = {
  ...{ alpha: "α", beta: "β", eta: "η", lambda: "λ", mu: "μ", sigma: "σ" },
  ...{ Delta: "Δ", nabla: "∇", partial: "∂", dots: "…", cdots: "⋯", ldots: "…" },
};
/** @type {Record<string, string>} */
const SIGNS = { le: "≤", ge: "≥", to: "→", in: "∈", pm: "±", Rightarrow: "⇒", cdot: "·", int: "∫", "|": "‖" };
/** @type {Record<string, string>} what has its limits above and below */
const LARGE = { sum: "∑", prod: "∏", max: "max", min: "min" };
const NAMES = ["rank", "tr", "det", "sgn", "ln"];
const SPACES = { quad: "1em", ",": "0.17em" };

const TOKEN = /\\(?:[A-Za-z]+|[|,])|\d+(?:\.\d+)?|[^\s]/gu;

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** @param {string} text @param {string} look */
const operator = (text, look = "") => `<mo stretchy="false"${look}>${escaped(text)}</mo>`;
const TIGHT = ' lspace="0" rspace="0"'; // a stroke of a quotient, a sign before what it changes
const BEFORE_SIGN = new Set(["", "=", "(", "\\to", "\\le", "\\ge", "\\in"]);

/**
 * One formula as a MathML element's markup.
 * @param {string} tex
 * @param {{ parts?: (name: string, markup: string) => string }} options what is made of a matrix by its name
 */
export function mathMarkup(tex, { parts = (_, markup) => markup } = {}) {
  const texts = /** @type {string[]} */ ([]);
  const kept = tex.replace(/\\text\{([^}]*)\}/g, (_, words) => `\\text${"ABCDEFGH"[texts.push(words) - 1]} `);
  const tokens = kept.match(TOKEN) ?? [];
  let at = 0;
  return `<math display="block">${row("")}</math>`;

  /** @param {string} end */
  function row(end) {
    let out = "";
    while (at < tokens.length && tokens[at] !== end) out += scripted();
    at += 1;
    return out;
  }

  /** @returns {string} */
  function group() {
    if (tokens[at] !== "{") return atom();
    at += 1;
    return `<mrow>${row("}")}</mrow>`;
  }

  // a word in an index is upright, and one name
  function index() {
    const start = at;
    if (tokens[at] !== "{") return group();
    let word = "";
    for (at += 1; /^[A-Za-z]$/.test(tokens[at] ?? ""); at += 1) word += tokens[at];
    if (word.length > 1 && tokens[at++] === "}") return `<mi>${word}</mi>`;
    at = start;
    return group();
  }

  function transposed() {
    at += 1;
    return '<mi mathvariant="normal">⊤</mi>';
  }

  function scripted() {
    const large = tokens[at].slice(1) in LARGE && tokens[at].startsWith("\\");
    const name = tokens[at];
    const main = atom();
    const first = at;
    let [low, high] = ["", ""];
    while (tokens[at] === "_" || tokens[at] === "^") {
      const sign = tokens[at++];
      if (sign === "_") low = index();
      else high = tokens[at] === "T" ? transposed() : index();
    }
    const under = large ? ["munder", "mover", "munderover"] : ["msub", "msup", "msubsup"];
    const kind = under[low && high ? 2 : high ? 1 : 0];
    const markup = low || high ? `<${kind}>${main}${low}${high}</${kind}>` : main;
    const number = tokens[first] === "_" && /^\d+$/.test(tokens[first + 1] ?? "") ? tokens[first + 1] : "";
    return /^[A-Z]$/.test(name) ? parts(name + number, markup) : markup;
  }

  /** @returns {string} */
  function atom() {
    const token = tokens[at++];
    if (token === "{") return `<mrow>${row("}")}</mrow>`;
    if (!token.startsWith("\\")) return plain(token, tokens[at - 2] ?? "");
    const name = token.slice(1);
    if (name in LETTERS) return `<mi>${LETTERS[name]}</mi>`;
    if (name in SIGNS) return operator(SIGNS[name]);
    if (name in LARGE) return `<mo movablelimits="false">${LARGE[name]}</mo>`;
    if (NAMES.includes(name)) return `<mi>${name}</mi><mspace width="0.17em"/>`;
    if (name in SPACES) return `<mspace width="${SPACES[/** @type {keyof typeof SPACES} */ (name)]}"/>`;
    if (name === "frac") return `<mfrac>${group()}${group()}</mfrac>`;
    if (name === "sqrt") return `<msqrt>${group()}</msqrt>`;
    if (/^text[A-H]$/.test(name)) return `<mtext>${escaped(texts["ABCDEFGH".indexOf(name[4])])}</mtext>`;
    throw new Error(`linviz: a formula has the unknown command ${token}`);
  }
}

/** @param {string} token @param {string} before */
function plain(token, before) {
  if (/^\d/.test(token)) return `<mn>${token}</mn>`;
  if (/^\p{L}$/u.test(token)) return `<mi>${token}</mi>`;
  if (token === "/") return operator(token, TIGHT);
  if (token === "-") return operator("−", BEFORE_SIGN.has(before) ? TIGHT : "");
  return operator(token === "'" ? "′" : token);
}
