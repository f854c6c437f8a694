// What the visitor has asked for is kept in the session's storage while a served page is asked for anew:
// edits that nobody has answered, and the files that the new kernel will ask for.

/** @typedef {{ message: any, buffers: ArrayBuffer[] }} Asked */
/** @typedef {{ name: string, targets: number, content: ArrayBuffer, reading?: string }} Sent a file */
/** @typedef {{ view: object, asked: Asked[], files: Sent[] }} Kept */

const MOST = 4_000_000; // characters that any browser's storage takes

// Frames of one tab share its storage: each has an address of its own.
const name = () => `linviz-kept ${window.location.href}`;

/** @param {ArrayBuffer} content */
const textOf = (content) => Array.from(new Uint8Array(content), (byte) => String.fromCharCode(byte)).join("");

/** @param {string} text */
const bytesOf = (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0)).buffer;

// What is too large for the storage is left out, files first; the page starts all the same.
/** @param {Kept} kept */
export function keep({ view, asked, files }) {
  const packed = asked.map(({ message, buffers }) => ({ message, buffers: buffers.map(textOf) }));
  const own = files.map((file) => ({ ...file, content: textOf(file.content) }));
  const light = packed.filter(({ buffers }) => buffers.length === 0);
  for (const [all, them] of /** @type {[object[], object[]][]} */ ([
    [packed, own],
    [packed, []],
    [light, []],
  ])) {
    const text = JSON.stringify({ view, asked: all, files: them });
    if (text.length > MOST) continue;
    try {
      return sessionStorage.setItem(name(), text);
    } catch {
      // others have filled the storage
    }
  }
}

/** @returns {string | null} */
function taken() {
  try {
    const text = sessionStorage.getItem(name());
    sessionStorage.removeItem(name());
    return text;
  } catch {
    return null; // a page within another, whose storage the browser closes
  }
}

/** @returns {Kept} what was kept, once */
export function takeKept() {
  const { view, asked, files } = JSON.parse(taken() ?? '{"view":{},"asked":[],"files":[]}');
  return {
    view,
    asked: asked.map((/** @type {any} */ { message, buffers }) => ({ message, buffers: buffers.map(bytesOf) })),
    files: files.map((/** @type {any} */ file) => ({ ...file, content: bytesOf(file.content) })),
  };
}

/** @param {string} query */
const digestIn = (query) => new URLSearchParams(query).get("data") ?? "";

/** The files that were sent, by the digests of the data that came of them. */
export function createSent() {
  /** @type {Map<string, Sent>} */
  const known = new Map();
  /** @type {Sent | null} */
  let latest = null;
  return {
    /** @param {Sent} file */
    note(file) {
      latest = file;
    },
    /**
     * Data that are new in a run came of the file that was sent last.
     * @param {{ query: string }} run
     */
    pair({ query }) {
      const digest = digestIn(query);
      if (latest && digest && !known.has(digest)) known.set(digest, latest);
    },
    /**
     * What a run was made with, and the one beside it.
     * @param {{ query: string, kept: string | null }} run
     * @returns {Sent[]}
     */
    of: ({ query, kept }) =>
      [...new Set([query, kept ?? ""].map(digestIn))].flatMap((digest) => known.get(digest) ?? []),
  };
}

/**
 * Whether the run shown was asked to be kept as A, or A to be let go, and nobody has done it yet: the page's
 * link says it all the same, for a kernel may end before.
 */
export function createKeeping() {
  /** @type {boolean | null} */
  let asked = null;
  return {
    /** @param {boolean} on */
    ask(on) {
      asked = on;
    },
    /** @param {{ kept: string | null }} run that came since */
    take({ kept }) {
      if (asked === Boolean(kept)) asked = null;
    },
    /**
     * The run as it is to be.
     * @template {{ query: string, kept: string | null, files?: string[] }} Run
     * @param {Run} run
     * @returns {Run}
     */
    of(run) {
      if (asked === null || asked === Boolean(run.kept)) return run;
      const [file = ""] = run.files ?? [];
      return { ...run, kept: asked ? run.query : null, files: asked ? [file, file] : [file] };
    },
  };
}
