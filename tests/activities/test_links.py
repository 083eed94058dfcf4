"""Links given as evidence: asked by the schedule, only of the public web; those that do not open are shown."""

import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import links, tasks
from activities.models import Evidence
from tests.factories import make_activity, make_session


@pytest.fixture
def site(monkeypatch):
    """A site on this machine, taken for one of the public web; its port, for that of the web."""

    class Site(BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked.append((self.command, self.path))
            status = {"/gone": 404, "/fails": 500, "/login": 403, "/moved": 301, "/circle": 302, "/get": 405}
            code = 200 if self.command == "GET" else status.get(self.path, 200)
            self.send_response(code)
            if self.path in ("/moved", "/circle"):
                self.send_header("Location", {"/moved": "/here", "/circle": "/circle"}[self.path])
            self.end_headers()

        do_GET = do_HEAD

        def log_message(self, *args):
            pass

    asked = []
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(links, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(links, "PORTS", {"http": server.server_port, "https": 443})
    server.asked = asked
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "opens"),
    [
        ("/", True),
        ("/gone", False),
        ("/fails", False),
        ("/login", True),
        ("/moved", True),
        ("/get", True),
        ("/circle", False),
    ],
)
def test_address_opens_when_it_answers(site, path, opens):
    assert links.opens(site.address + path) is opens
    assert len(site.asked) <= links.MOST_TURNS


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://10.0.0.8/", "http://169.254.169.254/latest/meta-data/"),
        *("http://[::1]/", "http://0.0.0.0/", "https://192.168.1.1/", "ftp://example.org/", "http://example.org:22/"),
        *(
            "file:///etc/passwd",
            "http:///",
            "http://example.org:x/",
            "http://100.64.0.1/",
            "http://[::ffff:127.0.0.1]/",
        ),
    ],
)
def test_nothing_but_the_public_web_is_asked(url, monkeypatch):
    def connect(*_args):
        raise AssertionError("it was asked")

    monkeypatch.setattr(links.socket, "create_connection", connect)
    with pytest.raises(links.NotAsked):
        links.opens(url)


def test_name_that_nobody_knows_does_not_open(monkeypatch):
    def nobody(*_args, **_options):
        raise links.socket.gaierror("unknown")

    monkeypatch.setattr(links.socket, "getaddrinfo", nobody)
    assert links.opens("https://no-existe.example.org/") is False


@pytest.fixture
def session(plan, dependency):
    return make_session(make_activity(plan, dependency), held_on=date(2026, 3, 16), executed_units=1)


def make_link(session, url: str, **fields) -> Evidence:
    values = {"kind": "link", "url": url, "added_at": timezone.now(), **fields}
    return Evidence.objects.create(plan=session.activity.plan, session=session, sha256=url[-64:], **values)


def test_each_is_asked_when_its_turn_comes_and_the_stale_are_shown(client, session, planner, monkeypatch):
    good, gone = make_link(session, "https://good.example.org"), make_link(session, "https://gone.example.org")
    inside = make_link(session, "https://inside.example.org")
    make_link(session, "https://old.example.org", withdrawn_on=date(2026, 4, 1), withdrawn_reason="No era.")
    asked, dead = [], {gone.url}

    def opens(url):
        asked.append(url)
        if url == inside.url:
            raise links.NotAsked
        return url not in dead

    monkeypatch.setattr(links, "opens", opens)
    tasks.check_links()
    assert sorted(asked) == sorted([good.url, gone.url, inside.url])
    assert list(Evidence.objects.broken()) == [gone]
    since, now = timezone.localdate(), timezone.now()
    asked.clear()
    assert links.check_due(now + timedelta(hours=1)) == 0
    assert links.check_due(now + timedelta(days=2)) == 1 and asked == [gone.url]
    gone.refresh_from_db()
    assert (gone.broken_since, gone.revision) == (since, 0)
    client.force_login(planner)
    plan = session.activity.plan
    listed = reverse("activities:evidence_list", args=[plan.entity.slug, plan.slug])
    assert "1 enlace no abre" in client.get(listed).content.decode()
    assert [row.pk for row in client.get(listed, {"state": "broken"}).context["page"].object_list] == [gone.pk]
    assert "desde el" in client.get(gone.get_absolute_url()).content.decode()
    dead.clear()
    assert links.check_due(now + timedelta(days=8)) == 3
    assert not Evidence.objects.broken().exists()
