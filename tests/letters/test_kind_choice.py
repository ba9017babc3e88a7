from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.taxonomy import taxonomy

if TYPE_CHECKING:
    from classifier.rooms import Rooms


def scores(**given: float) -> np.ndarray:
    kinds = taxonomy().kind_ids
    rest = (1 - sum(given.values())) / (len(kinds) - len(given))
    return np.array([given.get(k, rest) for k in kinds])


def test_what_authorities_send_has_to_be_likely_where_the_address_shows_none(rooms: Rooms) -> None:
    unlikely = scores(response=0.4, chaser=0.3)
    found = rooms.kinds.choose(unlikely, "public")
    assert (found.label, found.also[0]) == ("chaser", "response")
    assert rooms.kinds.choose(unlikely, "other_force").label == "response"
    assert rooms.kinds.choose(scores(response=0.6, chaser=0.3), "public").label == "response"


def test_a_close_second_stands_beside_the_first(rooms: Rooms) -> None:
    found = rooms.kinds.choose(scores(crime_report=0.2, new_request=0.15), "public")
    assert (found.label, found.also[0]) == ("crime_report", "new_request")
    assert rooms.kinds.choose(scores(crime_report=0.9), "public").also == ()


def test_a_guess_beside_which_a_new_request_stands_is_one_lest_its_clock_be_lost(rooms: Rooms) -> None:
    found = rooms.kinds.choose(scores(withdrawal=0.3, new_request=0.2), "public")
    assert (found.label, found.also) == ("new_request", ("withdrawal",))
    assert rooms.kinds.choose(scores(withdrawal=0.4, new_request=0.3), "public").label == "withdrawal"
    assert rooms.kinds.choose(scores(withdrawal=0.3, new_request=0.05), "public").label == "withdrawal"
