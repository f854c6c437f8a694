"""A page as one HTML document: its data and its script stand in it, packed."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from html import escape
from string import Template

from linviz.figures.colors import PAGE
from linviz.panels import bundle


def document(
    kind: str,
    policy: str,
    *,
    title: str,
    data: bytes,
    script: str,
    noscript: str = "",
    head: str = "",
    body: str = "",
    attributes: str = "",
) -> bytes:
    """The document, in UTF-8.

    Parameters
    ----------
    kind : str
        Name of the mark by which the page knows that the document is its own.
    policy : str
        What it may load.
    title : str
    data, script
        JSON and code of the page.
    noscript, head, body : str
        Markup for a browser without scripts, and more in the head and before the data.
    attributes : str
        Of the body, each after a blank.
    """
    filled = {
        "kind": kind,
        "policy": policy,
        "title": escape(title),
        "white": PAGE["paper"][0],
        "dark": PAGE["paper"][1],
        "data": _letters(data),
        "script": _letters(_styled(script).encode()),
        "noscript": noscript,
        "head": head,
        "body": body,
        "attributes": attributes,
    }
    return _TEMPLATE.substitute(filled).encode()


def _styled(script: str) -> str:
    """The script, which brings the page's style with it: so both are packed."""
    style = json.dumps(bundle.style(), ensure_ascii=False)
    return f"""\
document.head.append(Object.assign(document.createElement("style"), {{ textContent: {style} }}));
{script}"""


def _letters(content: bytes) -> str:
    """Packed, as letters that may stand in a page."""
    return b64encode(gzip.compress(content, mtime=0)).decode()


_TEMPLATE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="$kind" content="1">
<meta http-equiv="Content-Security-Policy" content="$policy">
$head<title>$title</title>
<style>
body { margin: 0; background: $white; }
:root[data-linviz-theme="dark"] body { background: $dark; }
</style>
</head>
<body$attributes>
<noscript>linviz needs JavaScript.$noscript</noscript>
<div id="linviz-page"></div>
$body<script type="text/plain" id="linviz-data">$data</script>
<script type="text/plain" id="linviz-script">$script</script>
<script type="module">
if ("DecompressionStream" in window) {
  const packed = atob(document.querySelector("#linviz-script").textContent);
  const stream = new Blob([Uint8Array.from(packed, (c) => c.charCodeAt(0))]).stream();
  const script = Object.assign(document.createElement("script"), { type: "module" });
  script.text = await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).text();
  document.body.append(script);
} else {
  const page = document.querySelector("#linviz-page");
  page.textContent = "This file needs a browser of 2023 or later.";
}
</script>
</body>
</html>
"""
)
