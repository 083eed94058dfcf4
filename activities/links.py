"""Whether the links that people gave as evidence still open: asked of the web by the schedule, never by a page.

The address is somebody's text and the request is the server's: only the public web is asked, at the very address that
its name was found to have, and each redirection is looked at again.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from django.db.models import Q
from django.utils import timezone

from activities.models import Evidence

AGAIN, SOONER = timedelta(days=7), timedelta(days=1)  # one that opened is asked again; one that did not, before
MOST = 100  # of one run
PATIENCE = 8  # seconds of each step
MOST_TURNS = 5
PORTS = {"http": 80, "https": 443}
# What answers that it is there, though not for a program.
THERE = {401, 403, 405, 406, 429}

logger = logging.getLogger(__name__)


class NotAsked(Exception):
    """It is not of the public web: nobody here can say whether it opens."""


def check_due(now: datetime) -> int:
    """Asks for the links whose turn has come; returns how many."""
    broken = Q(broken_since__isnull=False, checked_at__lt=now - SOONER)
    due = Q(checked_at=None) | Q(checked_at__lt=now - AGAIN) | broken
    links = Evidence.objects.standing().filter(due, kind=Evidence.Kind.LINK).order_by("checked_at", "pk")
    rows = list(links.values_list("pk", "url", "broken_since")[:MOST])
    for pk, url, since in rows:
        try:
            since = None if opens(url) else since or timezone.localdate(now)
        except NotAsked:
            since = None
        # By the clock and by nobody: no change that whoever edits the row would be told of.
        Evidence.objects.filter(pk=pk).update(checked_at=now, broken_since=since)
    return len(rows)


def opens(url: str) -> bool:
    """Raises NotAsked when it, or where it leads, is not of the public web."""
    for _turn in range(MOST_TURNS):
        try:
            status, location = _ask("HEAD", url)
            if status in (405, 501):
                status, location = _ask("GET", url)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            logger.info("Link %s does not open: %s", url, error)
            return False
        if not (300 <= status < 400 and location):
            return status < 400 or status in THERE
        url = urljoin(url, location)
    return False


def _ask(method: str, url: str) -> tuple[int, str]:
    """Status and Location of the answer, whose body nobody reads."""
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError) as error:
        raise NotAsked from error
    if not parts.hostname or port not in PORTS.values():
        raise NotAsked
    connection = _connection(parts.scheme, parts.hostname, port)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, headers={"User-Agent": "Convite (revisa enlaces)", "Accept": "*/*"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    """To the address that was looked at: asked for a second time, the name might have another."""
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = kind(host, port, timeout=PATIENCE)
    sock = socket.create_connection((_address(host, port), port), PATIENCE)
    if scheme == "https":
        try:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise
    connection.sock = sock
    return connection


def _address(host: str, port: int) -> str:
    found = {row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not all(is_public(each) for each in found):
        raise NotAsked
    return sorted(found, key=lambda each: ":" in each)[0]  # IPv4 first: not every server has the other


def is_public(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_global
