"""The page for a world without servers: a folder of files, with its own Python in the browser."""

from linviz.serve.site.build import Site, site

__all__ = ["Site", "site"]
