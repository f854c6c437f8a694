"""The element for articles: one script, whose code and style stand in it packed."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from string import Template
from typing import Any

from linviz.panels import bundle


def panel_script(told: dict[str, Any]) -> str:
    """The script that defines ``<linviz-panel>``, for any page that names it.

    Parameters
    ----------
    told : dict
        What a page is told of the files of its site. Where they are, the script knows from its own
        address.

    Notes
    -----
    It is packed as it stands, not by the web space, so that it is as small everywhere.
    """
    code = bundle.joined(bundle.ordered(bundle.PANEL), "linviz-panel-unpacked.js", mapped=False)
    parts = {"site": told, "style": _HOST + bundle.style(), "code": code}
    packed = b64encode(gzip.compress(json.dumps(parts).encode(), 9, mtime=0)).decode()
    return _LOADER.substitute(packed=packed)


_HOST = ":host { display: block; }\n"

_LOADER = Template(
    """// linviz: <linviz-panel scenario="staircase" panels="loss,modes"></linviz-panel>
// MIT License. It asks for files beside it only.
(async () => {
  const own = document.currentScript
    ?? [...document.scripts].find((script) => script.src.includes("linviz-panel.js"));
  if (globalThis.linvizPanels || !own) return;
  const panels = globalThis.linvizPanels = {};
  if (!("DecompressionStream" in globalThis)) {
    const tell = (panel) => panel.append("linviz: this picture needs a browser of 2023 or later.");
    const told = () => document.querySelectorAll("linviz-panel").forEach(tell);
    return document.addEventListener("DOMContentLoaded", told);
  }
  const bytes = Uint8Array.from(atob("$packed"), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { site, style, code } = await new Response(stream).json();
  Object.assign(panels, { style, site: { ...site, base: new URL(".", own.src).href } });
  await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
})();
"""
)
