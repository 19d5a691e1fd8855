# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the rate limit with a clock that only waits move: when requests may be sent, and when they fail."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import WINDOW, RateLimited, RateLimiter
from hypothesis import given
from hypothesis import strategies as st

from tests.support.shared_time import StillClock

MAX_WAIT = 120.0  # seconds


class User:
    """Send requests under a rate limiter, and collect its announcements."""

    def __init__(self) -> None:
        self.clock = StillClock()
        self.budget = RateLimiter(self.clock)
        self.heard: list[float] = []

    def wait(self, max_wait: float = MAX_WAIT) -> float:
        """Return the seconds until the next request may be sent."""
        return self.budget.wait(max_wait, self.heard.append)


@pytest.fixture
def user() -> User:
    """Return a user who has sent nothing so far."""
    return User()


def test_the_first_request_and_those_after_a_success_wait_for_nothing(user: User) -> None:
    assert user.wait() == 0
    user.budget.on_response(99, None)
    assert user.wait() == 0
    user.budget.on_response(None, None)
    assert user.wait() == 0
    assert user.heard == []


# 429.


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        pytest.param(30.0, 30.0, id="what is asked"),
        pytest.param(None, WINDOW, id="a window where nothing is asked"),
        pytest.param(0.0, 1.0, id="a second where 0 is asked"),
        pytest.param(0.2, 1.0, id="a second where less is asked"),
        pytest.param(MAX_WAIT, MAX_WAIT, id="just as long as max_wait lasts"),
    ],
)
def test_after_a_429_no_request_is_sent_until_the_wait_is_over(user: User, asked: float | None, seconds: float) -> None:
    user.wait()
    user.budget.on_429(asked)
    assert user.wait() == seconds
    assert user.heard == [seconds]
    assert user.wait() == 0


@pytest.mark.parametrize("asked", [MAX_WAIT + 1, 86400.0, 1e18])
def test_a_wait_beyond_max_wait_is_an_error_with_the_requested_seconds(user: User, asked: float) -> None:
    user.budget.on_429(asked)
    with pytest.raises(RateLimited) as caught:
        user.wait()
    assert caught.value.asked == pytest.approx(asked)
    assert (user.clock.slept, user.heard) == ([], [])


def test_without_max_wait_the_first_429_is_the_end(user: User) -> None:
    assert user.wait(0) == 0
    user.budget.on_429(1)
    with pytest.raises(RateLimited):
        user.wait(0)


def test_max_wait_counts_from_the_first_429_since_a_request_got_through(user: User) -> None:
    for _time in range(2):
        user.budget.on_429(50)
        assert user.wait() == 50
    user.budget.on_429(50)
    with pytest.raises(RateLimited):
        user.wait()


def test_max_wait_begins_anew_with_each_request_that_gets_through(user: User) -> None:
    for _time in range(10):
        user.budget.on_429(100)
        assert user.wait() == 100
        user.budget.on_response(5, None)


def test_with_two_429s_the_later_end_counts(user: User) -> None:
    user.budget.on_429(50)
    user.budget.on_429(20)
    assert user.wait() == 50
    user.budget.on_429(20)
    user.budget.on_429(50)
    assert user.wait() == 50


def test_the_answer_to_an_earlier_request_does_not_end_a_wait(user: User) -> None:
    user.budget.on_429(50)
    user.budget.on_response(3, None)
    assert user.wait() == 50


# Waits before a 429.


def test_after_the_last_request_of_a_window_the_next_waits_for_its_end(user: User) -> None:
    user.wait()
    user.clock.time += 5  # time on the way: it is not known when the server counted the request
    user.budget.on_response(1, None)
    user.clock.time += 20
    user.budget.on_response(0, None)
    assert user.wait() == WINDOW - 20


def test_a_wait_in_the_answer_to_the_last_request_is_used(user: User) -> None:
    user.budget.on_response(0, 7)
    assert user.wait() == 7
    user.budget.on_response(0, 0)
    assert user.wait() == 1


def test_more_remaining_than_before_is_a_new_window(user: User) -> None:
    user.budget.on_response(1, None)
    user.clock.time += 50
    user.budget.on_response(9, None)
    user.clock.time += 5
    user.budget.on_response(0, None)
    assert user.wait() == WINDOW - 5


def test_after_a_wait_the_window_begins_with_the_next_answer(user: User) -> None:
    user.budget.on_response(0, None)
    assert user.wait() == WINDOW
    user.clock.time += 2
    user.budget.on_response(0, None)
    assert user.wait() == WINDOW


def test_a_window_that_ended_long_ago_is_not_waited_for(user: User) -> None:
    user.budget.on_response(1, None)
    user.clock.time += WINDOW + 5
    user.budget.on_response(0, None)
    assert user.wait() == 0


def test_a_predicted_wait_beyond_max_wait_leads_to_a_request(user: User) -> None:
    user.budget.on_response(0, None)
    assert user.wait(WINDOW - 1) == 0
    assert user.wait(0) == 0
    user.budget.on_429(WINDOW)
    with pytest.raises(RateLimited):
        user.wait(WINDOW - 1)


def test_a_wait_from_the_server_replaces_a_longer_predicted_one(user: User) -> None:
    user.budget.on_response(0, None)
    assert user.wait(30) == 0
    user.budget.on_429(20)
    assert user.wait(30) == 20
    user.budget.on_response(0, None)
    assert user.wait(0) == 0
    user.budget.on_429(5)
    with pytest.raises(RateLimited):
        user.wait(0)


def test_a_prediction_does_not_shorten_a_wait_from_the_server(user: User) -> None:
    user.budget.on_429(20)
    user.budget.on_response(0, None)
    assert user.wait(30) == 20


# Threads.


def test_all_threads_wait_for_the_same_end_and_one_announces_it() -> None:
    user = User()
    user.budget.on_429(30)
    with ThreadPoolExecutor(8) as threads:
        waited = list(threads.map(lambda _number: user.wait(), range(8), timeout=30))
    assert user.clock.time == 1030
    assert max(waited) == 30
    assert sum(user.clock.slept) == 30
    assert user.heard == [30]


def test_a_thread_that_waits_hears_of_a_new_end() -> None:
    budget = RateLimiter()
    announced = threading.Event()
    budget.on_response(0, 100)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(budget.wait, MAX_WAIT, lambda _seconds: announced.set())
        assert announced.wait(30)
        budget.on_429(500)
        with pytest.raises(RateLimited):
            waiting.result(30)


def test_in_real_time_no_request_is_sent_before_the_end() -> None:
    budget = RateLimiter()
    began = time.monotonic()
    budget.on_429(0)
    with ThreadPoolExecutor(3) as threads:
        threads.map(lambda _number: budget.wait(MAX_WAIT, print), range(3))
    assert time.monotonic() >= began + 1


# Any answers in any order.


answers = st.one_of(
    st.tuples(st.just("refused"), st.none() | st.floats(0, 200)),
    st.tuples(st.just("passed"), st.none() | st.integers(0, 3), st.none() | st.floats(0, 200)),
    st.tuples(st.just("later"), st.floats(0, 100)),
)


@given(st.lists(answers, max_size=30), st.floats(0, 200))
def test_no_request_is_sent_before_the_end_of_a_429(history: list[tuple[Any, ...]], max_wait: float) -> None:
    user = User()
    closed_until = 0.0
    for what, *details in history:
        if what == "later":
            user.clock.time += details[0]
        elif what == "refused":
            user.budget.on_429(details[0])
            asked = WINDOW if details[0] is None else details[0]
            closed_until = max(closed_until, user.clock.time + max(asked, 1.0))
        else:
            user.budget.on_response(*details)
        began = user.clock.time
        try:
            waited = user.wait(max_wait)
        except RateLimited:
            continue
        assert user.clock.time >= closed_until - 1e-6
        assert waited == user.clock.time - began <= max_wait + 1e-6
