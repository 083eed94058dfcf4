"""What is said of how a plan is written: each rule with its sentence, and what somebody left as it is."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditEntry
from activities.changes import actions
from activities.models import Activity, Session
from activities.quality import RULES, findings_of
from activities.quality.norms import wrongly_cited
from plans.justifications import justify, take_back
from plans.models import Plan
from tests.activities.changes.asking import request
from tests.factories import make_activity, make_dependency, make_session


def said(plan) -> dict[str, str]:
    """The sentence of each finding that is open, by its rule."""
    return {finding.code: finding.text for finding in findings_of(plan) if finding.is_open}


def finding(plan, code):
    return next((each for each in findings_of(plan) if each.code == code), None)


def url(plan, name, *args):
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, *args])


@pytest.fixture
def whole(plan):
    """A plan of which nothing is said."""
    plan.objective = "Escuchar a todos"
    plan.save()
    plan.chapters.create(title="Presentación", body="Por qué")
    plan.chapters.create(title="Marco legal", purpose="legal", body="Ley 1757 de 2015: estatuto de participación.")
    group = plan.entity.groups.create(
        name="Juventud",
        characterization="Tienen de 14 a 28 años",
        characterized_on=date(2025, 8, 1),
        characterization_source="Encuesta municipal",
    )
    unit = make_dependency(plan.entity, "Gobierno")
    for at, stage in enumerate(("diagnosis", "formulation", "implementation", "evaluation"), 1):
        activity = make_activity(
            plan,
            unit,
            number=f"{at}.1",
            name=f"Encuentro {at}",
            phase=plan.phases.create(number=at, name=f"Fase {at}", stage=stage),
            target_kind="count",
            target_value=1,
            indicator=f"Encuentros {at} hechos",
            incidence_level="consultation",
        )
        activity.groups.add(group)
        make_session(activity, date(2026, at, 20))
    return plan


def test_nothing_is_said_of_a_plan_that_is_whole(whole):
    assert findings_of(whole) == []


def test_sentences_of_a_matrix_where_everybody_does_everything_in_december(plan):
    """The matrix of source 004: 31 rows, «Todas las dependencias» and «Diciembre» in each, few indicators."""
    for number in range(1, 32):
        activity = make_activity(
            plan,
            number=str(number),
            name=f"Actividad de gestión {number}",
            all_dependencies=True,
            responsible_text="Todas las dependencias",
            product="Política de Participación Ciudadana" if number < 21 else f"Producto {number}",
            indicator=["Política de Participación", "grupos caracterizados / total existentes"][number == 1],
            periodicity="Diciembre",
        )
        make_session(activity, date(2026, 12, 31), planned_precision="month")
    assert said(plan) == {
        "sin-objetivo": "El plan no dice su objetivo.",
        "sin-capitulos": "El documento del plan no tiene capítulos: saldrá solo con la matriz.",
        "sin-marco-legal": "El plan no dice en qué normas se apoya.",
        "sin-fases": "El plan no tiene fases: no se sabe en qué momento del ciclo participa la gente.",
        "sin-grupos": "Ninguna actividad dice para quiénes es.",
        "sin-meta": "31 actividades no tienen una meta que se pueda medir.",
        "sin-incidencia": "31 actividades no dicen hasta dónde incide la gente.",
        "razon-sin-formula": "El indicador de «1 Actividad de gestión 1» es una razón y no dice su fórmula: "
        "«grupos caracterizados / total existentes».",
        "todas-responden": "Las 31 actividades son de «Todas las dependencias»: de ninguna responde alguien en "
        "particular.",
        "un-solo-mes": "Las 31 actividades con fecha son todas de diciembre de 2026: antes de ese mes nada avisa si "
        "van tarde.",
        "mismo-indicador": "30 actividades se miden con el mismo indicador: «Política de Participación».",
        "mismo-producto": "20 actividades prometen el mismo producto: «Política de Participación Ciudadana».",
    }


def test_one_owner_for_four_of_five_is_said_and_for_three_is_not(plan):
    for number in range(5):
        make_activity(plan, None if number else make_dependency(plan.entity), all_dependencies=bool(number))
    assert said(plan)["todas-responden"] == (
        "4 de las 5 actividades son de «Todas las dependencias»: de ellas no responde nadie."
    )
    plan.activities.filter(all_dependencies=True).first().delete()
    assert "todas-responden" not in said(plan)  # of four nothing is a pattern


def test_one_day_for_all_is_said_by_its_day(plan):
    for _number in range(5):
        make_session(make_activity(plan), date(2026, 12, 15))
    assert said(plan)["un-solo-mes"] == (
        "Las 5 actividades con fecha son todas el 15 de diciembre de 2026: antes de ese día nada avisa si van tarde."
    )


def test_activity_without_owner_date_or_target_leads_to_the_field_with_what_the_sheet_said(whole):
    """What an import could not place stays in the row: its words are quoted where it is asked for."""
    row = make_activity(whole, name="Feria", responsible_text="Equipo interno", periodicity="Trimestral")
    fields = {match.subject: match for code in ("sin-responsable", "sin-fecha") for match in finding(whole, code).found}
    assert list(fields) == [f"activity:{row.pk}"]
    owner, when, target = (finding(whole, code).found[0] for code in ("sin-responsable", "sin-fecha", "sin-meta"))
    edit = url(whole, "activity_update", row.pk)
    assert (owner.url, owner.aside) == (f"{edit}#id_lead", "la matriz dice «Equipo interno»")
    assert (when.url, when.aside) == (row.get_absolute_url(), "dice «Trimestral»")
    assert target.url == f"{edit}#id_target_kind"
    assert said(whole) == {
        "sin-responsable": "1 actividad no dice quién responde por ella.",
        "sin-fecha": "1 actividad no tiene espacios: no entra en el porcentaje de ejecución.",
        "sin-meta": "«Feria» no tiene una meta que se pueda medir.",
        "sin-indicador": "«Feria» no dice con qué indicador se mide.",
        "sin-grupo": "«Feria» no dice para quiénes es. ¿Es un paso interno?",
        "sin-fase": "«Feria» no está en ninguna fase.",
        "sin-incidencia": "«Feria» no dice hasta dónde incide la gente.",
    }


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        (
            {"indicator": "Porcentaje de avance"},  # 2.2 of source 003
            "indicador-y-meta",
            "En «1.1 Encuentro 1», la meta es 1 y el indicador habla de un porcentaje: «Porcentaje de avance».",
        ),
        (
            {"target_kind": "percentage", "target_value": 100, "indicator": "Número de respuestas", "formula": "a/b"},
            "indicador-y-meta",
            "En «1.1 Encuentro 1», la meta es 100 % y el indicador cuenta: «Número de respuestas».",
        ),
        (
            {"target_kind": "percentage", "target_value": 100, "indicator": "Solicitudes respondidas"},
            "razon-sin-formula",
            "El indicador de «1.1 Encuentro 1» es una razón y no dice su fórmula: «Solicitudes respondidas».",
        ),
        (
            {"target_value": Decimal(3)},
            "meta-y-espacios",
            "En «1.1 Encuentro 1», la meta es 3 y sus espacios suman 1.",
        ),
    ],
)
def test_target_that_nothing_measures(whole, fields, code, sentence):
    whole.activities.filter(number="1.1").update(**fields)
    assert said(whole) == {code: sentence}


@pytest.mark.parametrize(
    ("on", "which"),
    [
        (date(2026, 3, 14), "14 de marzo de 2026, sábado"),
        (date(2026, 3, 15), "15 de marzo de 2026, domingo"),
        (date(2026, 7, 20), "20 de julio de 2026, festivo"),
    ],
)
def test_space_on_a_day_of_rest(whole, on, which):
    whole.activities.get(number="1.1").sessions.update(planned_on=on)
    assert said(whole) == {
        "dia-no-habil": f"Un espacio de «1.1 Encuentro 1» cae en un día de descanso: {which}.",
    }
    whole.activities.get(number="1.1").sessions.update(planned_on=date(2026, 2, 28), planned_precision="month")
    assert said(whole) == {}  # a Saturday, which nobody promised


def test_names_that_repeat_whatever_their_accents(whole):
    for at, name in enumerate(("Mesa técnica", "MESA TECNICA", "Mesa  técnica.")):
        row = whole.activities.get(number=f"{at + 1}.1")
        row.name = name
        row.save()
    assert said(whole) == {"mismo-nombre": "3 actividades se llaman igual: «Mesa técnica»."}


def test_retired_group_still_named_and_groups_half_characterized(whole):
    young = whole.entity.groups.get()
    old = whole.entity.groups.create(name="Gremios", active=False)
    for activity in whole.activities.all()[:3]:
        activity.groups.add(old)
    type(young).objects.filter(pk=young.pk).update(characterized_on=None, characterization_source="")
    assert said(whole) == {
        "grupo-retirado": "«Gremios» ya no está activo y el plan lo sigue nombrando en 3 actividades.",
        "caracterizacion-sin-fecha": "La caracterización de «Juventud» no dice de cuándo es.",
        "caracterizacion-sin-fuente": "La caracterización de «Juventud» no dice de dónde sale.",
    }
    edit = reverse("plans:group_update", args=[whole.entity.slug, young.pk])
    assert finding(whole, "caracterizacion-sin-fecha").url == f"{edit}#id_characterized_on"


def test_strategy_with_few_dialogues(whole):
    whole.kind = Plan.Kind.ACCOUNTABILITY
    whole.save()
    assert said(whole) == {
        "pocos-dialogos": "La estrategia no programa ningún ejercicio de diálogo: la ley pide al menos dos al año."
    }
    whole.activities.filter(number="1.1").update(accountability_element="dialogue")
    assert said(whole)["pocos-dialogos"] == (
        "La estrategia programa un solo ejercicio de diálogo: la ley pide al menos dos al año."
    )
    whole.activities.filter(number="2.1").update(accountability_element="dialogue")
    assert said(whole) == {}


def test_phases_that_tell_no_stage_and_stages_that_no_phase_is(whole):
    whole.phases.filter(number=4).update(stage="")
    assert said(whole) == {
        "fase-sin-etapa": "No se sabe de qué etapa del ciclo es la fase «Fase 4».",
        "etapa-sin-fase": "Ninguna fase del plan es de la etapa «Evaluación».",
    }


def test_notes_that_the_matrix_left_over(whole):
    whole.notes = "El taller pasa a la vigencia 2027.\n\nSujeto a presupuesto."
    whole.save()
    assert said(whole) == {"notas-sin-espacio": "La matriz trajo 2 notas que no son de ningún espacio."}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Decreto 1499 de 2018: por medio del cual", [("Decreto 1499 de 2018", "es de 2017")]),
        ("La Ley 1712 de 2011 y la ley 1757 de 2011",
         [("Ley 1712 de 2011", "es de 2014"), ("ley 1757 de 2011", "es de 2015")]),
        ("Ley 1.757 de 2014", [("Ley 1.757 de 2014", "es de 2015")]),
        ("según la Resolución 3564 de 2015 de MINTIC",
         [("Resolución 3564 de 2015", "la derogó la norma Resolución 1519 de 2020")]),
        ("el artículo 2.1.4.5 del Decreto 1081 de 2015",
         [("Decreto 1081 de 2015, arts. 2.1.4.1 a 2.1.4.9", "la derogó la norma Decreto 1122 de 2024")]),
        ("el artículo 2.1.4.4.1.5 del Decreto 1081 de 2015", []),
        ("Ley 1757 de 2015, Ley 152 de 1994, Decreto 1083 de 2015, Resolución 1519 de 2020", []),
    ],
)  # fmt: skip
def test_norms_wrongly_cited(text, found):
    assert wrongly_cited(text) == found


def test_norms_are_looked_for_in_chapters_and_activities(whole):
    legal = whole.chapters.get(purpose="legal")
    legal.body += "\n- Ley 152 de 1994\n- Decreto 1499 de 2018: por medio del cual se implementa MIPG"
    legal.save()
    whole.activities.filter(number="2.1").update(description="Según la Ley 1712 de 2011")
    wrong = finding(whole, "norma-mal-citada")
    assert wrong.text == "2 normas están mal citadas: «Decreto 1499 de 2018» y «Ley 1712 de 2011»."
    assert [match.aside for match in wrong.found] == [
        "es de 2017, en «Marco legal»",
        "es de 2014, en «2.1 Encuentro 2»",
    ]
    assert said(whole)["norma-sin-texto"] == "«Ley 152 de 1994» está sola en el marco legal: no dice qué establece."


def test_withdrawn_and_outside_activities_are_none_of_it(whole):
    make_activity(whole, name="Retirada", withdrawn_on=date(2026, 3, 1))
    make_activity(whole, name="Fuera", outside_plan=True)
    assert findings_of(whole) == []


def test_every_rule_has_a_code_that_fits_its_row_and_words_in_both_languages(whole):
    assert len(RULES) == 39
    for rule in RULES.values():
        assert len(rule.code) <= 40
        for language in ("es", "en"):
            with translation.override(language):
                assert str(rule.title) and str(rule.mend)


# --- Left as it is ----------------------------------------------------------------------------------------------------


def test_what_is_left_with_a_reason_is_no_longer_asked_and_comes_back(whole, planner):
    one, other = (make_activity(whole, make_dependency(whole.entity), name=name) for name in ("Uno", "Dos"))
    reason = justify(plan=whole, finding="sin-grupo", subject=f"activity:{one.pk}", reason=" Es interno ", by=planner)
    open_one = finding(whole, "sin-grupo")
    assert [match.name for match in open_one.found] == ["Dos"]
    assert [(left.match.name, left.why.reason, left.why.by) for left in open_one.left] == [
        ("Uno", "Es interno", planner)
    ]
    of_all = justify(plan=whole, finding="sin-grupo", subject="", reason="Todas son internas", by=planner)
    assert not finding(whole, "sin-grupo").is_open
    take_back(justification=of_all, by=planner)
    take_back(justification=reason, by=planner)
    assert [match.name for match in finding(whole, "sin-grupo").found] == ["Uno", "Dos"]
    verbs = AuditEntry.objects.filter(entity=whole.entity, actor=planner, verb__startswith="justification.")
    assert sorted(verbs.values_list("verb", flat=True)) == ["justification.create"] * 2 + ["justification.delete"] * 2


def test_page_counts_each_section_and_leads_to_the_field(client, plan, planner, control):
    make_session(make_activity(plan, make_dependency(plan.entity), name="Foro"))
    client.force_login(control)
    response = client.get(url(plan, "completeness"))
    sections = [(section.title, section.done, section.total) for section in response.context["shown"].sections]
    assert sections == [
        ("El plan", 3, 6), ("Los grupos", 0, 0), ("Las actividades", 4, 7), ("La cobertura", 0, 2)
    ]  # fmt: skip
    html = response.content.decode()
    assert "Nada impide aprobarlo" in html and "Dejar así" not in html
    assert reverse("plans:plan_update", args=[plan.entity.slug, plan.slug]) + "#id_objective" in html


def test_page_leaves_a_finding_with_its_reason_and_takes_it_back(client, plan, planner):
    make_session(make_activity(plan, make_dependency(plan.entity), name="Foro"))
    client.force_login(planner)
    asked = url(plan, "finding_justify", "sin-fases")
    assert "El plan no tiene fases" in client.get(asked).content.decode()
    assert "Este campo es obligatorio." in client.post(asked, {"reason": " "}).content.decode()
    client.post(asked, {"reason": "Sigue los subcomponentes del PTEP"})
    html = client.get(url(plan, "completeness")).content.decode()
    assert "Sigue los subcomponentes del PTEP" in html and planner.full_name in html
    assert client.get(asked).status_code == 302  # nothing more to leave
    client.post(url(plan, "justification_delete", plan.justifications.get().pk))
    assert finding(plan, "sin-fases").is_open


def test_what_blocks_is_left_one_by_one_and_what_nobody_may_leave_is_not(client, whole, planner):
    groups = [whole.entity.groups.create(name=name) for name in ("Campesinado", "Gremios")]
    Plan.objects.filter(pk=whole.pk).update(who_may_participate="")
    client.force_login(planner)
    reason = {"reason": "Porque sí"}
    client.post(url(whole, "finding_justify", "grupo-sin-actividades"), reason)
    client.post(url(whole, "finding_justify", "quienes-participan"), reason)
    assert not whole.justifications.exists()
    client.post(url(whole, "finding_justify", "grupo-sin-actividades") + f"?de=group:{groups[0].pk}", reason)
    assert [match.name for match in finding(whole, "grupo-sin-actividades").found] == ["Gremios"]


@pytest.mark.parametrize("size", [10, 2000])
def test_pages_ask_the_same_number_of_queries(client, whole, planner, django_assert_num_queries, size):
    rows = Activity.objects.bulk_create(
        Activity(plan=whole, name=f"Mesa {n}", order=n + 9, description="Ley 1757 de 2011") for n in range(size)
    )
    Session.objects.bulk_create(Session(activity=row, planned_on=date(2026, 3, 15)) for row in rows)
    client.force_login(planner)
    with django_assert_num_queries(11):
        assert finding(whole, "sin-responsable").n == size
    with django_assert_num_queries(16):  # session, person, entity, roles, plan
        client.get(url(whole, "completeness"))
    with django_assert_num_queries(16):
        client.get(url(whole, "finding_detail", "dia-no-habil"))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.django_db(transaction=True)
def test_pages_are_accessible_and_lead_to_the_field(page, visit, violations, plan, planner, scheme):
    page.emulate_media(color_scheme=scheme)
    Plan.objects.filter(pk=plan.pk).update(who_may_participate="")
    for name in ("Foro", "Mesa"):
        make_session(make_activity(plan, make_dependency(plan.entity), name=name), date(2026, 3, 15))
    plan.justifications.create(finding="sin-fases", reason="Sigue los subcomponentes", by=planner)
    for width in (1280, 360):
        for address in (
            plan.get_absolute_url(),
            url(plan, "completeness"),
            url(plan, "finding_detail", "sin-indicador"),
            url(plan, "finding_justify", "sin-objetivo"),
        ):
            visit(address, by=planner, width=width)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    visit(url(plan, "completeness"), by=planner)
    page.get_by_role("link", name="El plan no dice quiénes pueden participar.").click()
    assert page.evaluate("location.hash") == "#id_who_may_participate"


def test_proposals_that_nobody_decided_ask_for_attention(whole, planner, head, dependency):
    whole.proposals_until = date(2026, 1, 20)
    whole.save()
    asked = {"activity_values": {"name": "Feria", "lead": dependency.pk}, "reason": "", "on": date(2026, 1, 5)}
    change = request(whole, head, "add", dependency=dependency, **asked)
    assert said(whole) == {"propuestas-sin-decidir": "Nadie ha decidido la propuesta «Feria»."}
    actions.reject(changes=[change], by=planner, on=date(2026, 1, 6), note="Ya está en otra.")
    assert said(whole) == {}
