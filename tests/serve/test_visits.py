"""Whom the server takes for gone, and when it prepares for the next, told by a clock of our own.

Killed by: ending the kernel of a page that is still on its way; a place kept for nobody; a kernel
for the next visitor that starts beside a page that opens, or never where pages open all the time.
"""

import time
from dataclasses import dataclass

from linviz.serve.kernels import started
from linviz.serve.pages import Page
from linviz.serve.ready import CALM_SECONDS, MOST_SECONDS, Ready
from linviz.serve.visits import ARRIVE_SECONDS, GIVEN_UP_SECONDS, Visits


@dataclass
class Sent:
    ended: bool = False

    def closed(self) -> bool:
        return self.ended


def test_a_page_on_its_way_is_waited_for_and_one_whose_browser_is_gone_is_not() -> None:
    visits, sent = Visits(), Sent()
    visits.send("a", sent)
    assert not visits.given_up("a", 1000)
    sent.ended = True
    assert not visits.given_up("a", 1001)
    assert not visits.given_up("a", 1001 + ARRIVE_SECONDS)
    assert visits.given_up("a", 1002 + ARRIVE_SECONDS)
    visits.arrive("a")  # late, but there
    assert not visits.given_up("a", 2000)


def test_a_page_is_there_while_one_of_its_connections_is() -> None:
    visits, sent = Visits(), Sent()
    visits.arrive("a")
    visits.send("a", sent)  # its script was faster than the end of its text
    sent.ended = True
    visits.arrive("a")
    visits.leave("a", 1000)
    assert not visits.given_up("a", 2000)
    visits.leave("a", 2000)
    assert not visits.given_up("a", 2000 + GIVEN_UP_SECONDS)
    assert visits.given_up("a", 2001 + GIVEN_UP_SECONDS)
    visits.forget("a")
    assert not visits.given_up("a", 3000)


def test_a_kernel_nobody_was_sent_is_not_given_up() -> None:
    assert not Visits().given_up("a", 1000)


def test_what_is_started_for_the_next_visitor_does_not_end_with_this_one() -> None:
    own: list[str] = []
    known = started.set(own)
    # Voila starts the next kernel in the course of a visit that is given one that is ready
    page = Page.__new__(Page)
    assert page.should_use_rendered_notebook({}, 1)
    started.get().append("next")
    started.reset(known)
    assert own == []


def test_the_next_kernel_is_started_once_no_page_opens_or_was_waited_for_long() -> None:
    ready = Ready(count=2)
    with ready.opening():
        begun = time.monotonic()
        assert not ready.is_due(1, begun)
        assert not ready.is_due(1, begun + MOST_SECONDS - 1)
        assert ready.is_due(1, begun + MOST_SECONDS)  # pages open all the time
        assert not ready.is_due(2, begun + MOST_SECONDS)
        assert not ready.is_due(0, begun + MOST_SECONDS + 1)  # it counts anew
    ended = time.monotonic()
    assert not ready.is_due(0, ended + CALM_SECONDS / 2)
    assert ready.is_due(0, ended + CALM_SECONDS + 1)
