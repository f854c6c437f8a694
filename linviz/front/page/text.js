// Words in the page: indices set low, and text for the clipboard.

// Text with its indices (C_j, λ_max, W_LR) set low and with true minus signs.
export function indexed(text) {
  const signed = text.replace(/(^|[^\p{L}\p{N}]|\de)-(?=[\d.])/gu, "$1−");
  return signed.split(/_([A-Za-z0-9+]+)/).map((part, k) => {
    if (k % 2 === 0) return part;
    const sub = document.createElement("sub");
    sub.textContent = part;
    return sub;
  });
}

// The clipboard is only there on secure pages, by permission; elsewhere the old way, which needs a
// selection: outside an open dialog nothing can be selected.
export async function copied(text, dialog) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text, dialog);
  }
}

function copiedByHand(text, dialog) {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  dialog.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus();
  return done;
}
