// The files that the visitor has chosen: they stay in the browser, for a Python that is begun anew.

const MOST = 6; // as many as Python keeps

export function createFiles() {
  /** @type {{ name: string, content: ArrayBuffer }[]} */
  let files = [];
  /** @type {Map<string, string>} by digest of the data, what a link says of the file that they came from */
  const read = new Map();

  return {
    /** @param {string} name @param {ArrayBuffer} content */
    keep(name, content) {
      const others = files.filter((file) => file.name !== name || !isSame(file.content, content));
      files = [...others, { name, content }].slice(-MOST);
    },
    // Which data a run has, and how they were read.
    /** @param {{ query: string, kept: string | null, files?: string[] }} run */
    note(run) {
      const queries = [run.query, run.kept ?? ""];
      queries.forEach((query, k) => {
        const digest = new URLSearchParams(query).get("data");
        const file = run.files?.[k];
        if (digest && file) read.set(digest, file);
      });
    },
    handover: () => ({
      state: { names: files.map(({ name }) => name), read: Object.fromEntries(read) },
      buffers: files.map(({ content }) => new Uint8Array(content)),
    }),
  };
}

/** @param {ArrayBuffer} a @param {ArrayBuffer} b */
function isSame(a, b) {
  const [x, y] = [new Uint8Array(a), new Uint8Array(b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}
