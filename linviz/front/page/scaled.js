// A page that scales what stands in it (a slide, say) measures it in other pixels than its own.

/**
 * How many of the window's pixels one of the dashboard's own is wide.
 * @param {Element} element of a dashboard
 */
export function pixelsOf(element) {
  const root = element.closest(".linviz");
  if (!(root instanceof HTMLElement) || root.offsetWidth === 0) return 1;
  const scale = root.getBoundingClientRect().width / root.offsetWidth;
  return Math.abs(scale - 1) < 0.01 ? 1 : scale; // widths of half pixels are rounded
}
