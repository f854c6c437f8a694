"""Processor time of the kernel for an answer to a slider that is dragged, in milliseconds.

``python benchmarks/hand.py --before CHECKOUT`` runs it in two checkouts in turn; the run, the
message and its packing for the wire are timed apart. It prints one line of JSON.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

from ipywidgets.widgets.widget import _remove_buffers

from linviz.core.experiment.scenario import Scenario
from linviz.panels.link import Link
from linviz.panels.message import Message
from linviz.panels.session import Session
from linviz.panels.view import View
from linviz.panels.work import Finished, Work

MOVES = {
    "singular_value": [[0], [3 + 0.05 * (k % 20 + 1) for k in range(30)]],
    "scale": [[], [round(10 ** (-1.2 + 0.05 * (k % 12)), 4) for k in range(30)]],
}


def packed(messages: list[Message]) -> int:
    """Bytes of the messages, as ipywidgets sends them."""
    size = 0
    for message in messages:
        state, _, buffers = _remove_buffers(message.content)
        size += len(json.dumps(state)) + sum(memoryview(each).nbytes for each in buffers)
    return size


def main() -> None:
    session = Session(Link(Scenario(), View()))
    times: dict[str, list[float]] = {"run": [], "message": [], "packing": [], "bytes": []}
    request = 0
    for hold, (field, (index, values)) in enumerate(MOVES.items(), 1):
        for value in values:
            request += 1
            edit = {"field": field, "value": value, "index": index}
            content: dict[str, Any] = {"type": "edit", "request": request, "edits": [edit]}
            begin = time.process_time()
            answer = session.receive(content | {"hold": hold, "held": True})
            work = next(item for item in answer if isinstance(item, Work))
            result = work.compute(lambda t, loss: False)
            ran = time.process_time()
            told = session.receive(Finished(work, result))
            made = time.process_time()
            size = packed([item for item in told if isinstance(item, Message)])
            times["run"].append(1000 * (ran - begin))
            times["message"].append(1000 * (made - ran))
            times["packing"].append(1000 * (time.process_time() - made))
            times["bytes"].append(size)
    print(json.dumps({name: statistics.median(values) for name, values in times.items()}))


if __name__ == "__main__":
    main()
