"""Free texts have a length, which the form, an import and the database say alike."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse

from plans.models import StakeholderGroup
from records.texts import LONGEST, LONGEST_WORD, TypedText
from reports import actions, texts
from tests.factories import make_activity

OURS = {"accounts", "plans", "activities", "commitments", "reports"}
NOT_TYPED = {"search_text", "error"}
WORDS = "Diálogo con la ciudadanía sobre el plan. "


def words(length: int) -> str:
    return (WORDS * (length // len(WORDS) + 1))[: length - 1] + "."


def test_every_text_that_a_person_types_has_a_length():
    loose = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS and model.__name__ != "AuditEntry"
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField) and not isinstance(field, TypedText) and field.name not in NOT_TYPED
    ]
    assert loose == []


@pytest.mark.django_db
def test_every_text_is_checked_by_its_column():
    unchecked = []
    typed = {
        model: fields
        for model in apps.get_models()
        if (fields := [field for field in model._meta.concrete_fields if isinstance(field, TypedText)])
    }
    assert len(typed) > 5
    for model, fields in typed.items():
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
        checked = {column for one in constraints if one["check"] for column in one["columns"]}
        unchecked += [f"{model.__name__}.{field.name}" for field in fields if field.column not in checked]
    assert unchecked == []


@pytest.mark.django_db
@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1])
def test_database_refuses_a_longer_text(plan, length):
    with transaction.atomic():
        if length == LONGEST:
            make_activity(plan, description="ñ" * length)
            return
        with pytest.raises(IntegrityError):
            make_activity(plan, description="ñ" * length)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (words(LONGEST + 1), f"Tiene {LONGEST + 1} caracteres y caben {LONGEST}: acórtelo."),
        ("a" * (LONGEST_WORD + 1), f"Tiene {LONGEST_WORD + 1} caracteres seguidos sin espacio y caben {LONGEST_WORD}"),
    ],
)
def test_form_and_import_say_how_long_it_may_be(client, planner, plan, text, sentence):
    group = StakeholderGroup(entity=plan.entity, name="Juventud", characterization=text)
    with pytest.raises(ValidationError, match=sentence):
        group.full_clean()

    client.force_login(planner)
    facts = {"name": "Juventud", "kind": "value", "characterization": text}
    answer = client.post(reverse("plans:group_create", args=[plan.entity.slug]), facts)
    assert sentence in answer.context["form"].errors["characterization"][0]
    assert text in answer.content.decode()


def test_text_keeps_the_line_breaks_that_an_import_would_give(client, planner, plan):
    client.force_login(planner)
    facts = {"name": "Juventud", "kind": "value", "characterization": "Una.\r\nOtra."}
    client.post(reverse("plans:group_create", args=[plan.entity.slug]), facts)
    assert plan.entity.groups.get().characterization == "Una.\nOtra."


def test_form_says_the_length_to_the_script_that_counts(client, planner, plan):
    client.force_login(planner)
    page = client.get(reverse("plans:plan_update", args=[plan.entity.slug, plan.slug])).content.decode()
    assert 'data-limit="5000"' in page and 'data-limit-left="Quedan # caracteres."' in page
    assert "maxlength" not in page.partition('name="objective"')[2].partition(">")[0]


@pytest.mark.parametrize(
    ("narrative", "sentence"),
    [
        ({"reading": words(texts.SECTION + 1)}, "Tiene 20001 caracteres y caben 20000"),
        ({"objective": "Sí.\n\n" * 201}, "Son 201 párrafos y caben 200"),
        ({"commitments": "a" * 501}, "Tiene 501 caracteres seguidos sin espacio"),
    ],
)
def test_report_whose_text_is_too_much_is_refused_at_its_field(client, planner, plan, narrative, sentence):
    report = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    client.force_login(planner)
    typed = {name: "\n".join(text) if isinstance(text, list) else text for name, text in narrative.items()}
    address = reverse("reports:report_detail", args=[plan.entity.slug, plan.slug, report.pk])

    answer = client.post(address, {"revision": 0, "cutoff": "2026-12-31", **typed})

    [name] = narrative
    assert sentence in answer.content.decode()
    report.refresh_from_db()
    assert name not in report.narrative
    with pytest.raises(ValidationError, match=sentence):
        actions.save_narrative(report=report, narrative=narrative, by=planner)


@pytest.mark.browser
def test_page_counts_what_is_left(transactional_db, visit, planner, plan):
    page = visit(reverse("plans:plan_update", args=[plan.entity.slug, plan.slug]), by=planner)
    text, count = page.get_by_label("Objetivo"), page.locator("[data-count]")
    for length, said in (
        (10, ""),
        (LONGEST - 900, "Quedan 900 caracteres."),
        (LONGEST + 3, "Sobran 3 caracteres: acórtelo."),
    ):
        text.fill("a" * length)
        assert count.inner_text() == said
    assert text.input_value() == "a" * (LONGEST + 3)  # nothing was cut
