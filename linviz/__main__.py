"""``python -m linviz`` is the ``linviz`` command."""

import sys

from linviz.serve import main

if __name__ == "__main__":
    sys.exit(main())
