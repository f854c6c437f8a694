// Words in the page: indices set low, and text for the clipboard.

// Text with its indices (C_j, λ_max, W_LR) set low.
export function indexed(text) {
  return text.split(/_([A-Za-z0-9+]+)/).map((part, k) => {
    if (k % 2 === 0) return part;
    const sub = document.createElement("sub");
    sub.textContent = part;
    return sub;
  });
}

// The clipboard is only there on secure pages; elsewhere the old way, which needs a selection.
export async function copied(text, dialog) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.className = "unseen";
    area.value = text;
    dialog.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
