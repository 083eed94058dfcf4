"""Middleware for every request and response."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from records.audit import acting_as


def refuse_oversized(get_response):
    """Refuses, unread, a body larger than its address takes: the CSRF check reads bodies before rights are checked."""

    def middleware(request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > largest_body(request):
            sentence = _("El archivo es demasiado grande.")
            return HttpResponse(sentence, status=413, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def largest_body(request) -> int:
    """In bytes. Files of staff are taken from who has signed in: anybody else could fill the temporary folder."""
    try:
        address = resolve(request.path_info).view_name
    except Resolver404:
        address = ""
    if address in settings.PUBLIC_UPLOADS or (address in settings.UPLOADS and SESSION_KEY in request.session):
        return settings.LARGEST_UPLOAD
    return settings.LARGEST_REQUEST


def no_body_for_head(get_response):
    """An answer to HEAD has the headers alone: gunicorn warns of each one that brings more."""

    def middleware(request):
        response = get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # Content-Length stays that of the GET
        return response

    return middleware


def permissions_policy(get_response):
    """No page asks for camera, microphone or place, and nothing that slipped into one may."""

    def middleware(request):
        response = get_response(request)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response

    return middleware


def never_cache_signed_in(get_response):
    """No browser or proxy keeps what a signed-in person saw: after signing out, "back" shows nothing."""

    def middleware(request):
        response = get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    return middleware


def acting(get_response):
    """What a request saves, its person did; they are looked up only if something is written."""

    def middleware(request):
        with acting_as(request.user):
            return get_response(request)

    return middleware
