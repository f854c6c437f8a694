"""The address at which everybody finds the page, where one is known: a site, or a Binder."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from linviz.core.model.checks import brief

ADDRESS = "LINVIZ_PUBLIC_ADDRESS"  # in the environment of the server, and so of its kernels
OPENED = "?urlpath=voila%2Frender%2Fnotebooks%2Fdashboard.ipynb"  # by Binder
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{1,500}", re.ASCII)


def checked_address(text: str) -> str:
    """The address, if it is one of a page.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> checked_address("https://name.github.io/linviz/")
    'https://name.github.io/linviz/'
    >>> checked_address("javascript:alert(1)")
    Traceback (most recent call last):
        ...
    ValueError: expected an address such as https://name.github.io/linviz/, found \
'javascript:alert(1)'
    """
    try:
        is_one = bool(_ADDRESS.fullmatch(text)) and bool(urlsplit(text).hostname)
    except ValueError:  # brackets that are no address
        is_one = False
    if not is_one:
        raise ValueError(
            f"expected an address such as https://name.github.io/linviz/, found {brief(text)}"
        )
    return text


def public_address(environment: Mapping[str, str] = os.environ) -> str:
    """The address that this linviz was told, or the launcher of the Binder that it runs in, or "".

    Examples
    --------
    >>> public_address({"LINVIZ_PUBLIC_ADDRESS": "https://course.example.org/linviz/"})
    'https://course.example.org/linviz/'
    >>> binder = {"BINDER_LAUNCH_HOST": "https://mybinder.org/", "BINDER_REQUEST": "v2/gh/me/it/v1"}
    >>> public_address(binder)
    'https://mybinder.org/v2/gh/me/it/v1?urlpath=voila%2Frender%2Fnotebooks%2Fdashboard.ipynb'
    """
    host, request = (environment.get(f"BINDER_{name}", "") for name in ("LAUNCH_HOST", "REQUEST"))
    launcher = f"{host.rstrip('/')}/{request}{OPENED}" if host and request else ""
    try:
        return checked_address(environment.get(ADDRESS) or launcher)
    except ValueError:
        return ""  # a page is shown all the same
