"""Mail: a server that says nothing, and addresses that are nobody's."""

import socket

import pytest
from django.conf import settings
from django.core.mail import get_connection
from django.urls import reverse


def test_mail_server_that_says_nothing_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        backend = "django.core.mail.backends.smtp.EmailBackend"
        connection = get_connection(backend, host="127.0.0.1", port=silent.getsockname()[1])
        assert connection.timeout == settings.EMAIL_TIMEOUT == 10
        connection.timeout = 0.2  # the same, without the wait
        with pytest.raises(OSError, match="timed out"):
            connection.open()


def test_password_of_an_unknown_address_is_answered_alike_and_mailed_to_nobody(
    client, planner, mailoutbox, django_capture_on_commit_callbacks
):
    address = reverse("account_reset_password")
    with django_capture_on_commit_callbacks(execute=True):
        known = client.post(address, {"email": planner.email})
        unknown = client.post(address, {"email": "nadie@example.com"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mailoutbox] == [[planner.email]]
