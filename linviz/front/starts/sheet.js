// A canvas that fills its place, sharp on every screen, and is drawn anew when its size changes.

/**
 * @param {HTMLElement} place
 * @param {(size: { width: number, height: number, ratio: number }) => void} draw
 */
export function createSheet(place, draw) {
  const canvas = document.createElement("canvas");
  place.append(canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const size = { width: 0, height: 0, ratio: 1 };
  let frame = 0;

  function fit() {
    const { clientWidth: width, clientHeight: height } = place;
    const ratio = window.devicePixelRatio || 1;
    if (width === size.width && height === size.height && ratio === size.ratio) return;
    Object.assign(size, { width, height, ratio });
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    draw(size);
  }
  const observer = new ResizeObserver(fit);
  observer.observe(place);

  return {
    canvas,
    context,
    size,
    // Where it can be seen, and before the browser paints, once however often it is asked.
    soon() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => size.width > 0 && draw(size));
    },
    begin() {
      context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      context.setLineDash([]);
      context.globalAlpha = 1;
    },
    dispose() {
      cancelAnimationFrame(frame);
      observer.disconnect();
    },
  };
}

/**
 * Words on a canvas, with the paper's color behind them.
 * @param {CanvasRenderingContext2D} context
 * @param {any} ink
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ size?: number, color?: string, align?: CanvasTextAlign, base?: CanvasTextBaseline, weight?: number, halo?: boolean }} [how]
 */
export function write(context, ink, text, x, y, how = {}) {
  const { size = ink.labels, color = ink.text, align = "left", base = "middle", weight = 400, halo = false } = how;
  context.font = `${weight} ${size}px ${ink.family}`;
  Object.assign(context, { textAlign: align, textBaseline: base, fillStyle: color });
  if (halo) {
    Object.assign(context, { strokeStyle: ink.paper, lineWidth: size / 3, lineJoin: "round" });
    context.setLineDash([]);
    context.strokeText(text, x, y);
  }
  context.fillText(text, x, y);
}

/**
 * A straight line.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number, number, number]} ends
 * @param {string} color
 * @param {number} width
 * @param {number[]} [dash]
 */
export function rule(context, [x1, y1, x2, y2], color, width, dash = []) {
  Object.assign(context, { strokeStyle: color, lineWidth: width });
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
  context.setLineDash([]);
}
