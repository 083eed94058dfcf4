"""What holds for every request: how much it may bring, and what its answer forbids."""

import logging

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

MIB = 1024 * 1024


def post(client, address: str, size: int):
    return client.post(address, {"file": SimpleUploadedFile("x.xlsx", b"x" * size)})


@pytest.mark.parametrize("address", ["account_login", "account_reset_password", "portal:home"])
def test_only_addresses_that_take_files_take_large_bodies(client, db, address):
    assert post(client, reverse(address), 6 * MIB).status_code == 413


def test_staff_upload_is_taken_from_who_has_signed_in(client, planner, plan):
    address = reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])
    assert post(client, address, 6 * MIB).status_code == 413
    client.force_login(planner)
    answer = post(client, address, 21 * MIB)
    assert answer.status_code == 200
    assert "El archivo ocupa 21 MB" in answer.content.decode()  # the form's own sentence


def test_larger_than_any_upload_is_refused_unread(client, planner, plan, monkeypatch):
    monkeypatch.setattr(settings, "LARGEST_UPLOAD", 7 * MIB)
    client.force_login(planner)
    address = reverse("sheets:import_upload", args=[plan.entity.slug, plan.slug])
    assert post(client, address, 8 * MIB).status_code == 413


def test_no_page_may_use_what_the_site_never_asks_for(client, db):
    for address in ("/", "/no-existe/", "/panel/"):
        policy = client.get(address)["Permissions-Policy"]
        assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))


@pytest.mark.parametrize("address", ["/", "/no-existe/nada/"])
def test_answer_to_head_has_no_body_and_the_headers_of_the_get(rf, db, address):
    get, head = (WSGIHandler().get_response(ask(address)) for ask in (rf.get, rf.head))
    assert (head.content, head.status_code) == (b"", get.status_code)
    assert head["Content-Length"] == get["Content-Length"] == str(len(get.content))


def test_refusal_is_one_line_of_the_log_and_no_fault(client, control, entity, caplog):
    caplog.set_level(logging.INFO)
    client.force_login(control)
    assert client.get(reverse("accounts:person_list", args=[entity.slug])).status_code == 403
    assert client.get("/no-existe/nada/").status_code == 404
    said = [record for record in caplog.records if record.name == "django.request"]
    assert [(record.levelname, record.exc_info, record.status_code) for record in said] == [
        ("INFO", None, 403),
        ("INFO", None, 404),
    ]
