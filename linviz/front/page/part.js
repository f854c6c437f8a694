// Elements of our own markup. One that is not there is a mistake of ours, told where it is made.

/**
 * Of whatever kind the markup says: its type is not checked.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {any}
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`linviz: the page has no "${selector}"`);
  return found;
}

/**
 * What has the focus where this element stands: a panel in an article has a tree of its own, of whose
 * parts the document knows nothing.
 * @param {Node} element
 * @returns {Element | null}
 */
export function focusedBy(element) {
  return /** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement ?? null;
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {any[]}
 */
export function parts(root, selector) {
  return [...root.querySelectorAll(selector)];
}
