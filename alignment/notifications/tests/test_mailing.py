"""E-mails of notices: bundled per person, in their language, retried, never blocking a round."""

import re
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.db.models.functions import Now

from alignment.notifications.actions.mailing import send_mails
from alignment.notifications.actions.notices import NoticeText, notify
from alignment.notifications.models import Delivery, Notice
from alignment.people.models import User
from tests.cast import Cast


def told(cast: Cast, *users: User, cause: str = "c", kind: str = "breach", **words: str) -> None:
    spoken = NoticeText(
        words.get("title", "First call is late"), words.get("text", ""), words.get("path", "")
    )
    notify(program=cast.program, users=users, kind=kind, cause=cause, words=lambda: spoken)


def rows(cast: Cast) -> list[Delivery]:
    return list(Delivery.objects.in_program(cast.program).annotate(now=Now()).order_by("id"))


def test_one_mail(cast: Cast, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://entente.example/"
    told(cast, cast.rep, title="Ada & Bob's\nlead", text="Call <them>.", path="/p/x/leads/7/")
    assert send_mails() == 1
    (message,) = mail.outbox
    assert message.to == [cast.rep.email]
    assert message.subject == "Ada & Bob's lead"
    assert "Call <them>.\nhttps://entente.example/p/x/leads/7/\n" in message.body
    choices = f"https://entente.example/p/{cast.program.slug}/notices/choices/"
    assert choices in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{choices}>"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    (row,) = rows(cast)
    assert message.extra_headers["Message-ID"].startswith(f"<entente-{row.pk}@")
    assert row.delivered_at is not None
    assert send_mails() == 0


def test_what_waits_for_a_person_goes_together(cast: Cast) -> None:
    for number in range(3):
        told(cast, cast.rep, cause=f"c{number}", title=f"Late {number}")
    told(cast, cast.rep, cause="w", kind="warning", title="Soon late")
    told(cast, cast.owner, title="Late 0")
    assert send_mails() == 2
    together = next(m for m in mail.outbox if m.to == [cast.rep.email])
    assert together.subject == "US mid-market: 4 notices"
    lines = [line for line in together.body.splitlines() if "ate" in line]
    assert lines.index("Soon late") < lines.index("Late 0") < lines.index("Late 2")
    assert "A promise is broken" in together.body
    assert {r.delivered_at is None for r in rows(cast)} == {False}


def test_in_the_language_of_the_reader(cast: Cast) -> None:
    cast.rep.language = "fr"
    cast.rep.save()
    told(cast, cast.rep)
    told(cast, cast.owner)
    send_mails()
    bodies = {m.to[0]: m.body for m in mail.outbox}
    french = bodies[cast.rep.email].rpartition("--")[2]
    assert "as a member" in bodies[cast.owner.email]
    assert re.sub(r"\S+/choices/", "", french) != re.sub(
        r"\S+/choices/", "", bodies[cast.owner.email].rpartition("--")[2]
    )


def test_thousands_are_counted_not_listed(cast: Cast) -> None:
    for number in range(103):
        told(cast, cast.rep, cause=f"c{number}")
    assert send_mails() == 1
    assert "And 3 more notices." in mail.outbox[0].body
    assert mail.outbox[0].body.count("First call is late") == 100


def test_who_left_meanwhile_gets_nothing(cast: Cast) -> None:
    told(cast, cast.rep, cast.owner)
    cast.membership("rep").delete()
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert send_mails() == 2
    assert mail.outbox == []
    assert {(r.next_try_at, r.problem) for r in rows(cast)} == {
        (None, "This person is no longer a member of the program")
    }


def test_forgotten_notices_are_not_missed(cast: Cast) -> None:
    told(cast, cast.rep)
    Notice.objects.in_program(cast.program).delete()
    assert send_mails() == 1
    assert mail.outbox == []
    assert rows(cast)[0].next_try_at is None


def test_a_server_that_is_down_ends_the_round(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        told(cast, cast.rep, cast.owner)
        assert send_mails() == 1
    tried, waits = sorted(rows(cast), key=lambda r: -r.tries)
    assert (tried.tries, waits.tries) == (1, 0)
    assert tried.problem.startswith("The mail server did not take it: ")
    assert tried.next_try_at is not None
    assert tried.next_try_at - tried.now > timedelta(seconds=4)  # type: ignore[attr-defined]


class Server(threading.Thread):
    """A mail server that accepts a single address."""

    def __init__(self, known: str) -> None:
        super().__init__(daemon=True)
        self.known, self.taken, self.dialogues = known, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                peer, _address = self.listener.accept()
            except OSError:
                return
            self.dialogues += 1
            with peer, peer.makefile("rwb") as lines:
                self.talk(lines)

    def talk(self, lines: Any) -> None:
        def say(text: str) -> None:
            lines.write(f"{text}\r\n".encode())
            lines.flush()

        say("220 here")
        while line := lines.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT" and self.known not in line:
                say("550 nobody of that name")
            elif word == "DATA":
                say("354 go on")
                while lines.readline() != b".\r\n":
                    pass
                self.taken += 1
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


def test_an_unknown_address_is_given_up_and_the_round_goes_on(cast: Cast, settings: Any) -> None:
    server = Server(cast.owner.email)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    told(cast, cast.rep)
    told(cast, cast.owner)
    assert send_mails() == 2
    server.listener.close()
    lost, taken = rows(cast)
    assert (lost.next_try_at, lost.problem) == (None, "The mail server does not know this address")
    assert taken.delivered_at is not None
    assert (server.taken, server.dialogues) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(cast: Cast) -> None:
    for number in range(10):
        told(cast, cast.rep, cast.owner, cast.marketer, cast.sales_manager, cause=f"c{number}")

    def work() -> None:
        try:
            send_mails()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert {r.tries for r in rows(cast)} == {1}
    assert all(r.delivered_at for r in rows(cast))
    assert sum(m.body.count("First call is late") for m in mail.outbox) == 40


def test_what_makes_no_mail_is_given_up_and_the_round_goes_on(cast: Cast) -> None:
    """An address with a line break, as an import of users could have stored it."""
    User.objects.filter(pk=cast.rep.pk).update(email="a\nb@x.example")
    told(cast, cast.rep)
    told(cast, cast.owner)
    assert send_mails() == 2
    lost, taken = rows(cast)
    assert (lost.next_try_at, lost.problem) == (None, "No mail could be made of it")
    assert taken.delivered_at is not None
