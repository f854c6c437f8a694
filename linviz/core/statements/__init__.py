"""The talk, line by line, beside a run."""
