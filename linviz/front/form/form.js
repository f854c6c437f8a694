// The form of the controls: native inputs, each with a name and the field that it edits.

export const RULES = [
  ["gaussian", "Gaussian"],
  ["xavier", "Xavier (Glorot)"],
  ["orthogonal", "Orthogonal"],
  ["balanced", "Balanced: every C = 0"],
  ["lambda_balanced", "Imbalanced: every C = λI"],
  ["aligned", "Aligned with the target's modes"],
  ["with_singular_values", "Chosen singular values per layer"],
  ["on_stable_manifold", "Stable manifold of a saddle"],
  ["certified", "Certified exponential rate"],
  ["zeros", "Zero"],
];

export const PATTERNS = [
  ["", "as set below"],
  ["linear", "evenly spaced: n, …, 2, 1"],
  ["geometric", "halving: 4, 2, 1, …"],
  ["equal", "all equal: 1, 1, …"],
  ["close", "nearly equal: 1.2, 1.1, 1"],
  ["outlier", "one strong, the others weak"],
];

export const BESIDE = [
  ["nothing", "nothing"],
  ["descent", "gradient descent"],
  ["relu", "a ReLU network"],
  ["leaky_relu", "a leaky ReLU network"],
  ["tanh", "a tanh network"],
  ["sigmoid", "a sigmoid network"],
  ["arctan", "an arctan network"],
];

// Markup of the form; ids get a prefix of their own, for there may be two pages in one notebook.
export const FORM = (id) => `
  <fieldset data-control="preset"><legend>Scenario</legend>
    <label class="row">Start from<select data-field="preset"></select></label>
    <p class="hint preset-words"></p>
  </fieldset>
  <fieldset data-control="data"><legend>Data</legend>
    <label class="row">Data set<select data-field="data">
      <option value="canonical">canonical: X = I, Y = (D 0)</option>
      <option value="digits">handwritten digits, 8×8 pixels</option>
      <option value="stretched">12 samples, stretched inputs</option>
      <option value="cloud">12 samples, a Gaussian cloud</option>
      <option value="file">a file of yours (CSV or NPZ) …</option></select></label>
    <div class="row upload" hidden>
      <label>File<input type="file" accept=".csv,.txt,.tsv,.npz"></label>
      <label>target columns (CSV)<input type="number" class="targets" min="1" max="128" value="1"></label>
      <p class="hint">CSV: a row is a sample, the last columns are the targets. NPZ: arrays X (d_x, m) and Y (d_y, m).</p></div>
    <div class="row choice" role="radiogroup" aria-label="Raw or whitened data">
      <label><input type="radio" name="white" value="false" data-field="whitened"> raw data</label>
      <label><input type="radio" name="white" value="true" data-field="whitened"> whitened</label></div>
    <p class="hint data-words"></p>
  </fieldset>
  <fieldset><legend>Network</legend>
    <div class="row" data-control="H"><label for="${id}-H">Hidden layers H</label>
      <input type="range" min="0" max="8" step="1" data-field="H" aria-label="Hidden layers H, slider">
      <input type="number" id="${id}-H" min="0" step="1" data-field="H"></div>
    <div class="cells widths" data-control="widths"></div>
    <p class="hint size-words"></p><div class="milestones" data-for="H widths"></div>
  </fieldset>
  <fieldset class="target" data-control="singular_values"><legend>Target: singular values</legend>
    <label class="row">Pattern<select data-field="pattern"></select></label>
    <div class="sliders singular-values"></div><div class="milestones" data-for="singular_values"></div>
  </fieldset>
  <fieldset><legend>Initial weights</legend>
    <label class="row" data-control="rule">Rule<select data-field="rule"></select></label>
    <div class="row" data-control="scale" data-rules="gaussian orthogonal balanced lambda_balanced aligned with_singular_values on_stable_manifold">
      <label for="${id}-scale">Scale</label>
      <input type="range" min="-4" max="0.5" step="0.05" data-field="scale" data-log aria-label="Scale, slider">
      <input type="number" id="${id}-scale" min="0" max="10" step="any" data-field="scale"></div>
    <label class="row" data-control="lam" data-rules="lambda_balanced">Imbalance λ<input type="number" step="0.1" min="-100" max="100" data-field="lam"></label>
    <label class="row" data-control="alpha" data-rules="certified">Rate α to certify<input type="number" step="0.1" min="0.000001" max="100" data-field="alpha"></label>
    <fieldset class="missed" data-control="missed" data-rules="on_stable_manifold"><legend>Modes that the saddle misses</legend><div class="cells"></div></fieldset>
    <fieldset class="strengths" data-control="strengths" data-rules="aligned"><legend>Strength of each mode, in every layer</legend><div class="cells"></div></fieldset>
    <fieldset class="layers" data-control="layers" data-rules="with_singular_values"><legend>Singular values of each layer</legend><div></div></fieldset>
    <div class="row" data-control="seed" data-rules="gaussian xavier orthogonal balanced lambda_balanced with_singular_values on_stable_manifold certified">
      <label for="${id}-seed">Seed</label><input type="number" id="${id}-seed" min="0" step="1" data-field="seed">
      <button type="button" class="draw">New draw</button></div>
    <div class="milestones" data-for="rule scale lam alpha missed strengths layers seed"></div>
  </fieldset>
  <fieldset><legend>Run</legend>
    <div class="row choice" data-control="horizon" role="radiogroup" aria-label="How long the run lasts">
      <label><input type="radio" name="until" value="limit"> to the limit point</label>
      <label><input type="radio" name="until" value="time"> to time</label>
      <input type="number" class="horizon" min="0" step="any" aria-label="Time at which the run ends"></div>
    <label class="row" data-control="beside">Beside it<select data-field="beside"></select></label>
    <div class="row" data-control="step" data-beside="descent"><label for="${id}-step">Step / critical step</label>
      <input type="range" min="0.05" max="1.5" step="0.05" data-field="step" aria-label="Step in multiples of the critical step, slider">
      <input type="number" id="${id}-step" min="0.001" max="10" step="any" data-field="step"></div>
    <div class="cells" data-beside="descent">
      <label data-control="momentum">momentum<input type="number" min="0" max="0.999" step="0.1" data-field="momentum"></label>
      <label data-control="weight_decay">weight decay<input type="number" min="0" max="10" step="0.01" data-field="weight_decay"></label>
      <label data-control="label_noise">label noise<input type="number" min="0" max="10" step="0.1" data-field="label_noise"></label></div>
    <p class="hint beside-words"></p><div class="milestones" data-for="horizon beside step momentum weight_decay label_noise"></div>
    <div class="row"><button type="button" class="freeze" data-control="freeze">Keep as A</button>
      <button type="button" class="reset" data-control="reset">Start over</button></div>
  </fieldset>`;
