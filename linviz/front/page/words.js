// All words that the browser itself writes: what the kernel says of a run comes from the kernel. For
// another language this file alone is to be translated.

/** @param {number} count @param {string} one @param {string} many */
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

export const WORDS = {
  close: "Close",
  copied: "Copied.",
  stop: "Stop",

  page: {
    doors: "Page",
    rooms: "Rooms",
    closeMessage: "Close the message",
    back: "Back",
    leaveHall: "Leave the lecture hall",
    hall: "Hall",
    whole: "linviz ↗",
    openWhole: "Open in linviz, with all controls",
    ...{ tabs: "Pictures", tree: "Tree" },
    lost: "The session is lost: the program behind this page has ended or cannot be reached. The picture stays, the controls no longer act.",
    again: "The program behind this page has ended or no longer answers. The page starts again with the same scenario.",
    runAgain: "Run the cell again.",
    snapshot: "A snapshot: time can be moved. Run the cell to move the rest.",
    needsKernel: "These need a kernel: run the cell.",
    reload: "Reload",
    misread: (/** @type {string} */ parts) => `Of the link ${parts} was left out, which this room does not know.`,
  },
  rooms: { run: "One run", space: "Space", starts: "Many starts", lectures: "Lectures" },
  site: {
    fetching: "Fetching Python, once.",
    progress: (/** @type {number} */ done, /** @type {number} */ total) =>
      done < total
        ? `Fetching Python: ${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB.`
        : WORDS.site.starting,
    starting: "Starting Python.",
    failed: (/** @type {string} */ words) =>
      `Python could not be started here (${words}). The stored scenarios still work; reload to try again.`,
    unreachable: (/** @type {string} */ file) => `${file} cannot be fetched: no network, or no answer`,
    noWorker: "no worker could be started",
    stopped: "Stopped. The last picture stands; Python starts anew.",
    heard: "Stopped; the picture of what was computed is being made.",
    fromDisk: "the page was opened from a disk, where browsers start no Python: put its folder on a web space",
    stays: "Your file never leaves your browser.",
  },
  served: {
    waiting: "Python is starting; what you ask for is then done.",
    failed: "Python did not start behind this page. The picture stays; reload to try again.",
    ended: "Python ended before this page was there. Please reload it.",
  },
  embed: {
    unknown: (/** @type {string} */ found, /** @type {string[]} */ known) =>
      `expected a scenario among ${known.join(", ")}, or a link's text behind its question mark; found "${found}"`,
    unreachable: (/** @type {string} */ address, /** @type {number} */ status) =>
      `the stored run could not be read from ${address}${status ? ` (${status})` : ""}: is it there, and does its web space let other pages read it (Access-Control-Allow-Origin)?`,
    noPanel: (/** @type {string} */ found, /** @type {string[]} */ known) =>
      `expected panels among ${known.join(", ")}; found "${found}"`,
    noColors: (/** @type {string} */ found, /** @type {string[]} */ known) =>
      `expected colors among ${known.join(", ")}; found "${found}"`,
    noRoom: "Many starts has no place in a panel: put an <iframe> of the page with ?embed=1&room=starts there",
    noMoment: (/** @type {string} */ found) => `expected a number for t, found "${found}"`,
    refused: (/** @type {string} */ words) => `linviz: ${words}`,
  },

  undo: {
    undo: "Undo",
    redo: "Redo",
    undoKey: (/** @type {string} */ key) => `Undo (${key})`,
    redoKey: (/** @type {string} */ key) => `Redo (${key})`,
  },

  hand: {
    soFar: (/** @type {number[]} */ learned, /** @type {number} */ count) =>
      learned.length === 0
        ? "No mode is learned so far."
        : learned.length === count
          ? `All ${count} modes are learned.`
          : `Learned so far: ${learned.length > 1 ? "modes" : "mode"} ${learned.join(", ")} of ${count}.`,
    computedHere: " · computed in this page; verdicts, theory and counts need Python",
    edited: (/** @type {string} */ moved) => `# as it was saved; moved since: ${moved}`,
    alive: "What is not grey moves here, without Python. The rest needs linviz.",
    aliveNote: "Edited here: Share and Theory are of the scenario as it was saved. Start over brings it back.",
    dragging: (/** @type {string} */ label, /** @type {string} */ value) => `Dragging ${label}: ${value}`,
    before: "before",
    beforeIt: (/** @type {string} */ label, /** @type {string} */ value) => `before: ${label} = ${value}`,
    level: (/** @type {string} */ name) => `Drag ${name}: the target's singular value`,
    until: "the end of the run",
    horizon: "Drag: the run lasts until here. Double click: to the limit point",
    weight: (/** @type {boolean} */ later) => (later ? "drag ↕: a new start from here" : "drag ↕: another start"),
    weightKeys: "Up and down change it, left and right go to the next weight.",
  },

  onward: {
    title: "Go on from here",
    short: "Go on",
    from: (/** @type {string} */ t) => `The weights at t = ${t} become the start of a new run.`,
    beside: "Beside the flow",
    until: (/** @type {string} */ t) => `It runs until t = ${t}.`,
    go: "Go on from here",
  },

  time: {
    bar: "Time",
    shown: "Time shown",
    at: (/** @type {string} */ t, /** @type {string} */ loss, /** @type {string} */ where) =>
      `t = ${t}, L = ${loss}. ${where}`,
    back: "One frame back",
    forward: "One frame forward",
    backKey: "One frame back (Shift + ←)",
    forwardKey: "One frame forward (Shift + →)",
    play: "Play",
    pause: "Pause",
    playKey: "Play or pause (space)",
    more: "More about time",
    milestones: "Jump to a milestone",
    jump: "Jump to …",
    moments: "Moments of this run",
    speed: "Speed",
    speedOfPlay: "Speed of play",
    speedKeys: "Speed of play (+ and −)",
    log: "log time",
    isLog: "log",
    kinds: { saddle: "saddle", "flat saddle": "flat", minimum: "minimum", falling: "falling", jumping: "jumping" },
    controls: "Controls",
    pictures: "Pictures",
  },

  form: {
    name: "Controls",
    more: "More",
    tries: "Try",
    less: (/** @type {string} */ label) => `${label}: one less`,
    plus: (/** @type {string} */ label) => `${label}: one more`,
    slider: (/** @type {string} */ label) => `${label}, slider`,
    draw: "New draw",
    keep: "Keep as A",
    release: "Let A go",
    pattern: "Pattern",
    patternOf: "Pattern of the singular values",
    file: "File",
    targets: "target columns (CSV)",
    fileHint:
      "Choose a file, or drop it anywhere on the page. CSV: a row is a sample, the last columns are the targets. NPZ: arrays X (d_x, m) and Y (d_y, m).",
    dropHere: "Drop the file to read it",
    oneFile: (/** @type {number} */ count) => `expected one file, found ${count}: drop them one at a time`,
    howRead: (/** @type {string} */ name) => `How ${name} is read`,
    firstRows: "The first rows of the file",
    rawOrWhitened: "Raw or whitened data",
    raw: "raw data",
    whitened: "whitened",
    toLimit: "to the limit point",
    toTime: "to time",
    horizon: "Time at which the run ends",
    changed: (/** @type {string} */ title) => `${title} (changed)`,
    width: (/** @type {string} */ name) => `Width ${name}`,
    addLayer: (/** @type {string} */ before, /** @type {string} */ after) =>
      `Add a layer between ${before} and ${after}`,
    removeLayer: (/** @type {number} */ j) => `Remove hidden layer ${j}`,
    mode: (/** @type {number} */ k) => `mode ${k}`,
    singularValue: (/** @type {string} */ name) => `Singular value ${name}`,
    valueOf: (/** @type {string} */ name, /** @type {string} */ matrix) => `${name} of ${matrix}`,
    option: (/** @type {string} */ title, /** @type {string} */ seen) => `${title}: ${seen}`,
    empty: "expected a number, found an empty field: type one, with a decimal point and no comma",
    tooLarge: (/** @type {string} */ allowed, /** @type {string} */ found) =>
      `expected a file of at most ${allowed} MB, found ${found} MB: keep fewer samples`,
    unreadable: (/** @type {string} */ name) => `${name} could not be read: it has changed or gone; choose it again`,
  },

  panel: {
    leave: "Leave full screen",
    menu: (/** @type {string} */ title) => `${title}: table, save, full screen`,
    table: "Table of the numbers",
    png: "Save as PNG",
    svg: "Save as SVG",
    plotly: "Save for Python's plotly (HTML)",
    full: "Full screen",
    ofB: " of B",
    logLoss: "log loss",
    whichMatrices: "Which matrices are shown",
    all: "all",
    onlyC: "only C",
    whichHessian: "Which Hessian is shown",
    now: "now",
    limit: "limit",
    end: "end",
    keys: "Arrow keys read values, plus and minus zoom, 0 shows all.",
    reset: "Reset zoom",
    resetKeys: "Show all (double click, or 0)",
    noPng: "The browser could not draw the PNG.",
  },

  pictures: {
    level: (/** @type {string} */ value) => `critical value ${value}`,
    drawn: (/** @type {number} */ times) => `drawn ×${times}`,
    target: (/** @type {string} */ name) => `target ${name}`,
    // Hessian
    up: "up",
    flat: "flat",
    ways: (/** @type {number} */ count) => (count === 1 ? "way down" : "ways down"),
    rings: "rings: theory",
    unclear: "not counted here",
    tooMany: "many weights",
    late: "end: ", // of counts that have no room for more
    countHere: "Count now",
    counting: "Counting …",
    other: "○",
    awaited: "being computed",
    unsaved: "not in this snapshot",
    instead: (/** @type {string} */ why, /** @type {boolean} */ limit) =>
      `${why}: shown at the ${limit ? "limit" : "end"}`,
    atTime: (/** @type {string} */ t) => `at t = ${t}`,
    // matrices
    images: "above: a sample of each; below: the row of P that decides for it",
    nothing: "No hidden layer: nothing is conserved.",
    halves: "each cell: above at t = 0, below now",
    beside: "● never moves, ○ drifts.",
    zero: (/** @type {number} */ count) => `${count > 1 ? "both are" : "it is"} 0 beside the products`,
    noneMoves: "None of them moves.",
    still: (/** @type {string[]} */ names) => `${names.join(" and ")} never ${names.length > 1 ? "move" : "moves"}`,
    enlarged: (/** @type {number} */ times) => `; drawn ×${times}`,
    rowFor: (/** @type {string} */ name) => `row of P for ${name}`,
    cell: (/** @type {string} */ name, /** @type {number} */ row, /** @type {number} */ column) =>
      `${name}, row ${row}, column ${column}`,
    // network
    zeroWeights: "all weights are 0",
    largest: (/** @type {number} */ percent) => [
      `largest |weight| of the run; those below ${percent} % of it not drawn`,
      "largest |weight| of the run",
      "largest |weight|",
      "",
    ],
    // tree
    minimum: "minimum",
    none: "none",
    all: (/** @type {number} */ modes) => `all ${modes}`,
    startBeside: "Start beside a critical point",
    node: (
      /** @type {string} */ kind,
      /** @type {string} */ name,
      /** @type {string} */ loss,
      /** @type {number} */ down,
    ) =>
      `${kind === "unclear" ? "critical point" : kind} ${name}, loss ${loss}${down ? `, ${counted(down, "way", "ways")} down` : ""}: start beside it`,
  },

  table: {
    name: "Table",
    of: (/** @type {string} */ heading) => `${heading}: table`,
    scrolls: (/** @type {string} */ heading) => `${heading}: table, scrolls`,
    copy: "Copy",
    csv: "Download CSV",
    refused: "The browser refused to copy: download instead.",
    first: (/** @type {number} */ some, /** @type {number} */ all) =>
      ` The first ${some} of ${all} rows; the download has all.`,
    levels: "Levels drawn",
    levelColumns: ["level", "value"],
    shown: (/** @type {string} */ t, /** @type {string} */ words) => `Moment shown: t = ${t}. ${words}`,
    time: "time t",
    network: (/** @type {number} */ some, /** @type {number} */ all, /** @type {string} */ t) =>
      `Network: ${some < all ? `the first ${some} of ${all} weights` : `all ${all} weights`} at t = ${t}`,
    networkColumns: ["layer", "from node", "to node", "weight"],
    treeColumns: ["critical point", "loss", "modes learned", "ways down", "kind", "time spent by now"],
    near: (/** @type {string} */ name) => `The run is near ${name}.`,
    nearNone: "The run is near none of them now.",
    matrices: (/** @type {"images" | "weights" | "invariants"} */ kind, /** @type {string} */ t) =>
      `${{ images: "Samples and the rows of P", weights: "Weights, their product P and its target", invariants: "Conserved matrices C" }[kind]} at t = ${t}`,
    matrixColumns: ["matrix", "row"],
    column: (/** @type {number} */ k) => `column ${k}`,
  },

  handout: {
    scenario: "Scenario",
    link: "Open it at",
    paper: "On paper",
    print: "Print",
    words: "a handout on one page: headline, equations, pictures",
  },

  share: {
    door: "Share",
    name: "Share and keep",
    link: "Link to this screen",
    copyLink: "Copy link",
    code: "Code that computes it",
    codeName: "Python code",
    copyCode: "Copy code",
    sameScreen: "the same screen in a notebook",
    files: "Files",
    pictures: "Pictures, as they are now",
    file: {
      npz: "all arrays, for NumPy",
      csv: "tables of the loss, modes, C, weights and eigenvalues (zip)",
      json: "the scenario, with versions",
      html: "this page as one file, which needs no server",
    },
    save: (/** @type {string} */ kind, /** @type {string} */ what) => `Save ${kind}: ${what}`,
    saved: (/** @type {string} */ name) => `Saved ${name}.`,
    preparing: "Preparing the file …",
    refused: "The browser does not allow it: select the text and copy it.",
    own: "It carries the scenario, the seed, the moment, and what is hidden.",
    elsewhere:
      "Put this behind the address of any linviz page, or name one below; in a notebook the code below does the same.",
    here: "Leads to this computer only, while linviz runs here.",
    hereSite: "Leads to this computer only: it is a copy of the site that is looked at here.",
    served: (/** @type {string} */ host) => `Leads to ${host}, for whoever reaches it, while linviz runs there.`,
    site: (/** @type {string} */ host) => `Leads to ${host}, for whoever reaches it; no server has to run.`,
    ownServer: (/** @type {string} */ host) => `Leads to your own server at ${host}: others do not come in.`,
    public: (/** @type {string} */ host) => `Leads to ${host}, the public address below.`,
    launcher: (/** @type {string} */ host) =>
      `Leads to ${host}, which starts linviz for whoever opens it: that takes minutes.`,
    address: "Public address",
    addressHint: "Of a linviz site, or of this project on Binder: the link then leads there. It is remembered here.",
    noAddress: "expected an address that begins with https://, such as https://name.github.io/linviz/",
    codeOfLink: "QR code of the link",
    noCode: "No QR code: other devices cannot open this link. Name a public address.",
    longCode: (/** @type {number} */ found, /** @type {number} */ most) =>
      `No QR code: the link has ${found} characters, and a code that is read from afar has ${most} at most.`,
    frame: "In a page of yours",
    copyFrame: "Copy frame",
    element: "As an element, without a frame",
    copyElement: "Copy element",
    frameHint: "Put this into the page's HTML: it shows the pictures chosen under View, and the time bar.",
  },

  view: {
    door: "View",
    name: "View",
    pictures: "Pictures",
    looks: "Looks",
    hall: "lecture hall: large type, one or two pictures",
    colors: "Colors",
    themes: { auto: "as the computer or JupyterLab has them", light: "light", dark: "dark" },
    controls: "Controls",
    showAll: "Show all",
    hideAll: "Hide all",
    hint: "What is hidden here is hidden in the link too.",
  },

  theory: {
    name: "Theory",
    close: "Close the theory",
    rows: "Statements",
    marks: { true: "holds", false: "does not hold", null: "not decided here, or does not apply" },
    run: "This run: ",
    inWords: (/** @type {string} */ name) => `${name}, in words`,
    scenario: (/** @type {string} */ title) => `→ scenario ${title}`,
    picture: (/** @type {string} */ title) => `→ ${title}`,
  },
};
