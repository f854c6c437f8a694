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
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {any[]}
 */
export function parts(root, selector) {
  return [...root.querySelectorAll(selector)];
}
