"""The ``linviz`` command: the dashboard in a browser, served by Voila."""


def main(argv: list[str] | None = None) -> int:
    """Run the command; ``linviz --help`` lists its options."""
    from linviz.serve.command import run  # here, so that `import linviz.serve` stays cheap

    return run(argv)
