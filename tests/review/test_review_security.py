"""Who gets in, what a form needs, which names and sizes are refused, and what every answer forbids the browser."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING

import pytest
from review_tools import CLOCK, Client, Served, letter

from classifier.errors import ReviewError
from classifier.review import people
from classifier.review.people import Guard, add_user, read_users
from classifier.review.security import IDLE_SECONDS, MOST_SESSIONS, Sessions, host_name
from classifier.review.settings import Settings, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "correct horse staple"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 with little memory: these tests are about what is done with it."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(people, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "foi.thornshire.example", "::"])
def test_beyond_this_machine_the_pages_are_refused_without_sign_in(host: str) -> None:
    with pytest.raises(ReviewError, match="--users"):
        check(Settings(host=host))


def test_every_address_at_once_needs_a_name_to_be_reached_by() -> None:
    with pytest.raises(ReviewError, match="--allow-host"):
        check(Settings(host="0.0.0.0", header="X-User"))
    check(Settings(host="0.0.0.0", header="X-User", hosts=("foi.thornshire.example",)))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_alone_needs_none(host: str) -> None:
    assert check(Settings(host=host)).door == "open"


def test_every_answer_forbids_scripts_and_styles_from_elsewhere_and_in_line(serve: Callable[..., Served]) -> None:
    client = serve(clock=lambda: CLOCK).client
    for path in (
        "/",
        "/letters/1",
        "/letters/1/text",
        "/pictures",
        "/history",
        "/keys",
        "/static/review.css",
        "/nothing",
    ):
        answer = client.ask(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", answer.body), path


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(serve: Callable[..., Served]) -> None:
    cookie = serve(clock=lambda: CLOCK).client.ask("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_form_without_its_token_or_from_elsewhere_saves_nothing(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    client = served.client
    token = client.ask("/keys").field("token")
    fields = [("do", "checked"), ("kind", "chaser")]
    assert client.ask("/letters/1", fields).status == 403
    assert client.ask("/letters/1", [("token", "x" * len(token)), *fields]).status == 403
    good = [("token", token), *fields]
    for headers in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):  # fmt: skip
        assert client.ask("/letters/1", good, headers=headers).status == 403, headers
    stranger = Client(served.port)
    assert stranger.ask("/letters/1", good).status == 403
    with served.book.decisions(writing=False) as decisions:
        assert decisions.history() == []
    own = {"Origin": f"http://127.0.0.1:{served.port}", "Sec-Fetch-Site": "same-origin"}
    assert client.ask("/letters/1", good, headers=own).status == 303


def test_every_form_of_every_page_carries_the_token(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    served.client.save(1, "checked")
    for path in ("/", "/letters/1", "/letters/3", "/letters/3/split/q1", "/history", "/pictures", "/keys"):
        body = served.client.ask(path).body
        for form in re.findall(r'<form [^>]*method="post".*?</form>', body, re.DOTALL):
            assert 'name="token" value="' in form, (path, form[:200])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "", "localhost@evil.example", "[::2]"])
def test_other_names_are_refused(serve: Callable[..., Served], host: str) -> None:
    assert serve(clock=lambda: CLOCK).client.ask("/", headers={"Host": host}).status == 421


def test_the_name_in_a_host_header() -> None:
    assert [host_name(h) for h in ("Localhost:80", "[::1]:8765", "127.0.0.1")] == ["localhost", "[::1]", "127.0.0.1"]


def test_bodies_that_are_too_long_or_have_too_many_fields_are_refused(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK)
    assert served.client.ask("/keys", [("x", "y" * 2_100_000)]).status == 413
    assert served.client.ask("/keys", [("a", "")] * 30_000).status == 413
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    chunks = (b"x" * 100_000 for _ in range(30))
    connection.request("POST", "/keys", chunks, {"Host": "localhost"}, encode_chunked=True)
    assert connection.getresponse().status in {400, 413}


def test_a_number_that_no_database_holds_is_refused_not_an_error(serve: Callable[..., Served]) -> None:
    client = serve(clock=lambda: CLOCK).client
    assert client.post("/undo/" + "9" * 30).status in {303, 404}
    assert client.ask("/?start=" + "9" * 30 + "&similar=" + "9" * 30).status == 200


def test_people_sign_in_and_their_name_stands_with_what_they_decide(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    users = tmp_path / "users"
    assert not add_user(users, "Ann Officer", PASSWORD)
    assert "correct" not in users.read_text(encoding="utf-8")
    served = serve(letter("a" * 64, "How many?", "How many?"), clock=lambda: CLOCK, users=users)
    client = served.client
    assert client.ask("/").headers["location"] == "/sign-in"
    assert client.ask("/letters/1").status == 303
    before = dict(client.cookies)
    token = client.ask("/sign-in").field("token")
    wrong = client.ask("/sign-in", [("token", token), ("name", "Ann Officer"), ("password", "wrong")])
    assert wrong.status == 401
    assert "Name or password is wrong" in wrong.body
    form = [("token", token), ("name", "Ann Officer"), ("password", PASSWORD)]
    assert client.ask("/sign-in", form).headers["location"] == "/"
    assert client.cookies["foi_triage"] != before["foi_triage"]
    client.save(1, "checked")
    with served.book.decisions(writing=False) as decisions:
        assert {k.who for k in decisions.history()} == {"Ann Officer"}
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    assert client.ask("/").headers["location"] == "/sign-in"


def test_who_is_taken_out_of_the_file_is_signed_out(serve: Callable[..., Served], tmp_path: Path) -> None:
    users = tmp_path / "users"
    add_user(users, "Ann Officer", PASSWORD)
    client = serve(clock=lambda: CLOCK, users=users).client
    token = client.ask("/sign-in").field("token")
    client.ask("/sign-in", [("token", token), ("name", "Ann Officer"), ("password", PASSWORD)])
    assert client.ask("/").status == 200
    users.write_text("", encoding="utf-8")
    assert client.ask("/").headers["location"] == "/sign-in"


def test_guessing_is_slowed_down_even_for_the_right_password(tmp_path: Path) -> None:
    now = [0.0]
    add_user(tmp_path / "users", "Ann", PASSWORD)
    guard = Guard(tmp_path / "users", clock=lambda: now[0])
    assert [guard.check("Ann", "guess") for _ in range(5)] == [False] * 5
    assert guard.wait("Ann") > 0
    assert not guard.check("Ann", PASSWORD)
    now[0] += 400
    assert guard.check("Ann", PASSWORD)
    assert guard.wait("Ann") == 0
    assert not guard.check("Nobody", PASSWORD)


def test_a_proxy_names_people_only_from_its_own_address(serve: Callable[..., Served]) -> None:
    served = serve(clock=lambda: CLOCK, header="X-Remote-User")
    assert served.client.ask("/").status == 403
    named = {"X-Remote-User": "B. Head"}
    assert "B. Head" in served.client.ask("/", headers=named).body
    far = serve(clock=lambda: CLOCK, header="X-Remote-User", proxies=("10.0.0.5",))
    assert far.client.ask("/", headers=named).status == 403


def test_a_session_ends_when_it_is_idle_and_the_unknown_go_first() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    mine = sessions.make("Ann")
    crowd = [sessions.make() for _ in range(MOST_SESSIONS)]
    assert sessions.find(mine.id) is mine
    assert sessions.find(crowd[0].id) is None
    now[0] += IDLE_SECONDS + 1
    assert sessions.find(mine.id) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [("", PASSWORD), ("a:b", PASSWORD), ("#a", PASSWORD), ("Ann", "short"), ("Ann\x1b[2J", PASSWORD)],
)
def test_names_and_passwords_that_cannot_be_kept_are_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(ReviewError):
        add_user(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()


def test_a_users_file_that_is_none_is_named_with_its_line(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text("# people\nann:plain password\n", encoding="utf-8")
    with pytest.raises(ReviewError, match="line 2"):
        read_users(users)


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7777 }}{% include 'x' %}",
    "</textarea></title>",
    "\u202egnp.exe", "=HYPERLINK(\"http://evil.example\")", "a\x00b\x1b[31m", "' OR 1=1 --", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_letter_never_become_markup(serve: Callable[..., Served], words: str) -> None:
    text = f"Please: {words} how many?"
    made = letter("a" * 64, text, text, subject=words, references=(words,), departments=(words,))
    client = serve(made, clock=lambda: CLOCK).client
    for path in ("/", "/letters/1", "/letters/1/text", "/letters/1/split/q1", "/history", "/pictures", "/?words=how"):
        answer = client.ask(path)
        assert answer.status == 200, path
        if "html" in answer.headers["content-type"]:
            assert "<script>alert" not in answer.body
            assert "<img" not in answer.body
            assert "54439" not in answer.body
        else:
            assert answer.headers["content-type"].startswith("text/plain")
        assert not set("\u202e\x00\x1b") & set(answer.body), path
