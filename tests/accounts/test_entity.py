"""The entity's identity: colours that can be read, and a shield that brings nothing but its pixels."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts import shield
from accounts.forms import EntityForm
from accounts.models import AuditEntry
from records import files


def url(entity):
    return reverse("accounts:entity_update", args=[entity.slug])


def identity(**fields):
    return {
        "name": "Alcaldía de San Jacinto",
        "primary": "#0B3D73",
        "secondary": "#f2b705",
        "time_zone": "America/Bogota",
        "revision": 0,
        **fields,
    }


def picture(kind="PNG", size=(40, 30), mode="RGB", **options) -> SimpleUploadedFile:
    written = BytesIO()
    Image.new(mode, size, "red").save(written, kind, **options)
    return SimpleUploadedFile(f"escudo.{kind.lower()}", written.getvalue())


def test_save_keeps_it_with_its_trail(client, entity, administrator):
    client.force_login(administrator)
    before = entity.identity_digest
    facts = identity(nit="899.999.061-9", municipality="San Jacinto", municipality_code="05001", website="a.gov.co")
    answer = client.post(url(entity), facts)
    assert answer.url == url(entity)
    entity.refresh_from_db()
    assert (entity.nit, entity.municipality_code, entity.website) == ("899.999.061-9", "05001", "https://a.gov.co")
    assert (entity.primary, entity.secondary) == ("#0b3d73", "#f2b705")
    assert entity.identity_digest != before
    entry = AuditEntry.objects.get(verb="entity.update")
    assert entry.changes["secondary"] == ["#0b5cad", "#f2b705"]
    assert entry.actor == administrator


def test_light_primary_is_refused_with_a_darker_one_that_serves(entity):
    form = EntityForm(identity(primary="#f2b705"), instance=entity)
    assert form.errors["primary"] == [
        "Sobre este color no se lee la letra blanca: el contraste es 1,8 y debe ser al menos 4,5. "
        "El mismo tono sirve más oscuro: #936f05."
    ]
    assert EntityForm(identity(primary="#936f05"), instance=entity).is_valid()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("primary", "azul", "Escriba el color como #0b3d73."),
        ("municipality_code", "5001", "El código DIVIPOLA del municipio tiene cinco dígitos: 05001."),
        ("time_zone", "Marte", "Escoja una opción válida. Marte no es una de las opciones disponibles."),
    ],
)
def test_wrong_field_says_how_to_mend_it(entity, field, value, sentence):
    assert EntityForm(identity(**{field: value}), instance=entity).errors[field] == [sentence]


def test_digest_changes_with_colours_and_shield_only(entity):
    first = entity.identity_digest
    entity.name = "Otra"
    assert entity.identity_digest == first
    entity.shield_id = 7
    second = entity.identity_digest
    entity.secondary = "#000000"
    assert len({first, second, entity.identity_digest}) == 3


def test_shield_is_drawn_again_without_its_notes():
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "CANARIO")
    kept = shield.reencode(picture(pnginfo=note))
    assert b"CANARIO" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert (image.format, image.size, image.info) == ("PNG", (40, 30), {})
        assert image.getpixel((0, 0)) == (255, 0, 0, 255)


def test_shield_from_a_photo_loses_where_it_was_taken():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "CANARIO", 6  # description; orientation: turned
    kept = shield.reencode(picture("JPEG", exif=exif))
    assert b"CANARIO" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert (image.format, image.size) == ("PNG", (30, 40))


def test_shield_large_is_made_small_and_alike_each_time():
    one, same = (shield.reencode(picture(size=(2000, 1000))) for _time in range(2))
    assert one == same
    with Image.open(BytesIO(one)) as image:
        assert image.size == (600, 300)


HEADER = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
BOMB = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + HEADER + struct.pack(">I", zlib.crc32(HEADER))


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (SimpleUploadedFile("escudo.png", b"%PDF-1.7 no soy una imagen"), "«escudo.png» no es una imagen PNG o JPEG"),
        (SimpleUploadedFile("escudo.png", b""), "«escudo.png» no es una imagen PNG o JPEG"),
        (SimpleUploadedFile("escudo.svg", b"<svg onload='alert(1)'/>"), "«escudo.svg» no es una imagen PNG o JPEG"),
        (SimpleUploadedFile("cortado.png", picture(size=(300, 300)).read()[:200]), "«cortado.png» no es una imagen"),
        (SimpleUploadedFile("bomba.png", BOMB), "«bomba.png» no es una imagen PNG o JPEG"),
        (picture("GIF"), "«escudo.gif» no es una imagen PNG o JPEG"),
        (picture(size=(2001, 10)), "El escudo mide 2001 × 10 píxeles."),
        (SimpleUploadedFile("escudo.png", b"x" * (2 * 1024 * 1024 + 1)), "El escudo pesa más de 2 MB."),
    ],
)
def test_shield_that_is_none_is_refused(upload, sentence):
    with pytest.raises(ValidationError, match=sentence.replace(".", r"\.")):
        shield.reencode(upload)


def test_shield_is_kept_replaced_and_removed(client, entity, administrator):
    client.force_login(administrator)
    client.post(url(entity), identity(shield=picture()))
    entity.refresh_from_db()
    first = entity.shield
    assert files.read(first).startswith(b"\x89PNG")
    client.post(url(entity), identity(revision=1))
    entity.refresh_from_db()
    assert entity.shield == first
    client.post(url(entity), identity(shield=picture(size=(20, 20)), revision=2))
    entity.refresh_from_db()
    assert entity.shield != first
    assert list(files.orphans()) == [first]  # a week later it goes; published reports carry theirs
    client.post(url(entity), identity(remove_shield="on", revision=3))
    entity.refresh_from_db()
    assert not entity.shield


def test_wrong_form_keeps_what_was_typed_and_the_page_as_it_was(client, entity, administrator):
    client.force_login(administrator)
    html = client.post(url(entity), identity(name="Alcaldía Nueva", primary="#ffffff")).content.decode()
    assert 'value="Alcaldía Nueva"' in html
    assert '<span class="brand-name">Alcaldía de San Jacinto</span>' in html


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("planner", 403), ("head", 403), ("control", 403), ("outsider", 404)]
)
def test_rights(request, client, entity, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(entity)).status_code == status
    assert client.post(url(entity), {}).status_code == status
