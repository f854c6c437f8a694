"""The element for articles: one script, whose code and style stand in it packed."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from string import Template
from typing import Any

from linviz.panels import bundle

SCRIPT = "linviz-panel.js"
# the same code for pages whose policy lets files alone be scripts, and that of the preview's thread
PLAIN, THREAD = "linviz-panel-plain.js", "linviz-preview.js"


def panel_files(told: dict[str, Any]) -> dict[str, bytes]:
    """The script that defines ``<linviz-panel>``, for any page that names it, and what it falls
    back on, by name.

    Parameters
    ----------
    told : dict
        What a page is told of the files of its site. Where they are, the script knows from its own
        address.

    Notes
    -----
    It is packed as it stands, not by the web space, so that it is as small everywhere.
    """
    modules = bundle.ordered(bundle.PANEL)
    code = bundle.joined(modules, "linviz-panel-unpacked.js", mapped=False, tight=True)
    plain = {PLAIN: code.encode(), THREAD: bundle.worker_script().encode()}
    parts = {"site": told, "style": _HOST + bundle.style(), "code": code, "plain": _named(plain)}
    packed = b64encode(gzip.compress(json.dumps(parts).encode(), 9, mtime=0)).decode()
    return {SCRIPT: _LOADER.substitute(packed=packed).encode()} | plain


def _named(files: dict[str, bytes]) -> list[str]:
    """Their addresses seen from the script, each with its version."""
    return [f"{name}?{hashlib.sha256(text).hexdigest()[:12]}" for name, text in files.items()]


_HOST = ":host { display: block; }\n"

_LOADER = Template(
    """// linviz: <linviz-panel scenario="staircase" panels="loss,modes"></linviz-panel>
// MIT License. It asks for files beside it only.
(async () => {
  const own = document.currentScript
    ?? [...document.scripts].find((script) => script.src.includes("linviz-panel.js"));
  if (globalThis.linvizPanels) return;
  if (!own) return console.error("linviz: expected <script src=…/linviz-panel.js> in the page");
  const panels = globalThis.linvizPanels = {};
  const tell = (words) => {
    const told = () => document.querySelectorAll("linviz-panel").forEach((each) => {
      each.append("linviz: " + words);
    });
    if (document.readyState !== "loading") return told();
    document.addEventListener("DOMContentLoaded", told);
  };
  if (!("DecompressionStream" in globalThis))
    return tell("this picture needs a browser of 2023 or later.");
  const bytes = Uint8Array.from(atob("$packed"), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { site, style, code, plain } = await new Response(stream).json();
  const base = new URL(".", own.src).href;
  const blob = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  Object.assign(panels, { style, site: { ...site, base } });
  try {
    await import(blob);
  } catch { // the page's policy lets files alone be scripts
    const [script, thread] = plain.map((name) => new URL(name, base).href);
    panels.thread = thread;
    import(script).catch(() => tell(
      "this page's policy (Content-Security-Policy) forbids the script; it has to allow " + base,
    ));
  }
})();
"""
)
