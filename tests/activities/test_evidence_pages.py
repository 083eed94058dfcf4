"""Pages of evidence: several files at once, each with its answer; who may open what; what is edited and withdrawn."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from activities.models import Evidence
from tests.activities.photographs import photograph
from tests.factories import make_activity, make_commitment, make_photograph, make_session, make_user

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def session(plan, dependency):
    return make_session(make_activity(plan, dependency), held_on=date(2026, 3, 16), executed_units=1)


def at(name: str, row) -> str:
    plan = row.plan if isinstance(row, Evidence) else row.activity.plan
    return reverse(f"activities:{name}", args=[plan.entity.slug, plan.slug, row.pk])


def sent(**contents) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name.replace("_", "."), content) for name, content in contents.items()]


def test_good_files_enter_and_each_bad_one_is_told(client, session, head):
    """A damaged photograph among twenty."""
    client.force_login(head)
    good = {f"foto{n}_jpg": photograph(40, 30, seed=n) for n in range(19)}
    files = sent(**good, mala_jpg=photograph(40, 30)[:300], acta_pdf=b"MZ" + b"\0" * 200)
    answer = client.post(at("session_evidence", session), {"files": files}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 3 and said[0].startswith("«mala.jpg» está dañada")
    assert said[1].startswith("«acta.pdf» es por dentro") and said[2] == "Se agregaron 19 evidencias."
    assert session.evidence.count() == 19
    assert set(session.evidence.values_list("visibility", "kind", "added_by")) == {("private", "photograph", head.pk)}


def test_file_alone_is_answered_with_the_rows_of_the_page(client, session, head):
    client.force_login(head)
    address = at("session_evidence", session)
    sending = {"files": sent(lista_pdf=PDF), "kind": "attendance"}

    def answered(**values) -> dict:
        return json.loads(client.post(address, values, headers={"accept": "application/json"}).content)

    answer = answered(**sending)
    assert answer["refused"] == [] and "Listado de asistencia" in answer["rows"]
    [refused] = answered(files=sent(a_txt=b"hola"))["refused"]
    assert refused.startswith("No se reconoce qué es «a.txt».")
    assert answered()["refused"] == ["Escoja al menos un archivo, o escriba un enlace."]


def test_link_is_added_and_what_is_none_is_told(client, session, head):
    client.force_login(head)
    address = at("session_evidence", session)
    assert client.post(address, {"url": "https://www.example.org/acta"}).status_code == 302
    assert session.evidence.get().kind == "link"
    answer = client.post(address, {"url": "javascript:alert(1)"})
    assert answer.status_code == 200 and "url" in answer.context["add_form"].errors


@pytest.mark.parametrize("kind", ["attendance", "signatures", "consent"])
def test_what_names_people_opens_for_who_answers_for_it(client, entity, plan, session, head, kind):
    row = make_photograph(session, kind=kind, caption="Canario")
    readers = {
        Role.PLANNER: 200,
        Role.CONTROL: 200,
        Role.ADMINISTRATOR: 403,
    }
    people = [(make_user(entity, role), status) for role, status in readers.items()]
    people += [(head, 200), (make_user(entity, Role.HEAD), 403)]
    for person, status in people:
        client.force_login(person)
        for name in ("evidence_detail", "evidence_file", "evidence_picture"):
            assert client.get(at(name, row)).status_code == status, (person, name)
        page = client.get(at("session_detail", session)).content.decode()
        assert ("Canario" in page) == (status == 200)
        listed = client.get(reverse("activities:evidence_list", args=[entity.slug, plan.slug])).content.decode()
        assert ("Canario" in listed) == (status == 200)


def test_withdrawn_one_is_of_who_may_read_what_is_personal(client, entity, session, head):
    row = make_photograph(session, caption="Canario")
    client.force_login(head)
    assert client.post(at("evidence_withdraw", row), {"reason": ""}).status_code == 200
    assert client.post(at("evidence_withdraw", row), {"reason": "Ya no autorizan."}).status_code == 302
    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_reason) == (head, "Ya no autorizan.")
    assert "Canario" not in client.get(at("session_detail", session)).content.decode()
    address = reverse("activities:evidence_list", args=[entity.slug, session.activity.plan.slug])
    assert "Canario" not in client.get(address).content.decode()
    assert "Canario" in client.get(address, {"state": "withdrawn"}).content.decode()
    assert client.get(at("evidence_update", row)).status_code == 302
    client.force_login(make_user(entity, Role.HEAD))
    assert client.get(at("evidence_detail", row)).status_code == 403


def test_photograph_is_published_only_described_and_authorised(client, session, head):
    row = make_photograph(session)
    client.force_login(head)
    typed = {"revision": "0", "caption": "La mesa", "kind": "photograph", "visibility": "public"}
    for more, sentence in (
        ({}, "escriba qué se ve en ella"),
        ({"alt_text": "Una mesa"}, "diga que no se reconoce a nadie"),
        ({"alt_text": "Una mesa", "people": "consented", "consent": "spoken"}, "quién autorizó, cómo y cuándo"),
        ({"alt_text": "Una mesa", "people": "nobody", "is_personal": "on"}, "no se publican"),
        ({"alt_text": "Una mesa", "people": "nobody", "kind": "attendance"}, "no se publican"),
    ):
        answer = client.post(at("evidence_update", row), typed | more)
        assert answer.status_code == 200 and sentence in answer.content.decode(), more
    consent = {"people": "consented", "consent": "spoken", "consent_by": "Asistentes", "consent_on": "2026-03-16"}
    assert client.post(at("evidence_update", row), typed | {"alt_text": "Una mesa"} | consent).status_code == 302
    row.refresh_from_db()
    assert (row.visibility, row.consent_by, row.revision) == ("public", "Asistentes", 1)
    assert client.post(at("evidence_update", row), typed | {"alt_text": "Otra"} | consent).status_code == 200  # stale


def test_link_keeps_being_one_and_a_document_is_no_photograph(client, session, head):
    link = Evidence.objects.create(
        plan=session.activity.plan, session=session, kind="link", url="https://a.co", added_at="2026-03-16T10:00Z"
    )
    client.force_login(head)
    form = client.get(at("evidence_update", link)).context["form"]
    assert set(form.fields) == {"revision", "caption", "is_personal", "visibility"}
    for name in ("evidence_file", "evidence_picture"):
        assert client.get(at(name, link)).status_code == 404


@pytest.mark.parametrize("n", [3, 30])
def test_statements_of_the_pages_do_not_grow(client, entity, plan, session, head, n, django_assert_max_num_queries):
    for at_row in range(n):
        make_photograph(session, kind=("photograph", "attendance")[at_row % 2])
    client.force_login(head)
    client.get(at("session_detail", session))
    with django_assert_max_num_queries(40) as counted:
        client.get(reverse("activities:evidence_list", args=[entity.slug, plan.slug]))
        client.get(at("session_detail", session))
    counts.add(len(counted))
    assert len(counts) == 1


counts: set[int] = set()


def test_follow_up_of_a_promise_has_its_files_and_tells_each_that_it_refused(client, plan, dependency, head):
    commitment = make_commitment(plan)
    commitment.responsible.add(dependency)
    client.force_login(head)
    address = reverse("commitments:commitment_follow", args=[plan.entity.slug, plan.slug, commitment.pk])
    typed = {"on": "2026-04-01", "progress": "40", "done": "Se limpió la quebrada"}
    answer = client.post(address, typed | {"files": sent(acta_pdf=PDF, mala_jpg=b"MZ" + b"\0" * 99)}, follow=True)
    [step] = commitment.follow_ups.all()
    [proof] = step.proofs.all()
    assert (proof.session, proof.file_name, proof.visibility, proof.added_by) == (None, "acta.pdf", "private", head)
    said = [str(message) for message in answer.context["messages"]]
    assert len(said) == 2 and said[0].startswith("«mala.jpg» es por dentro")
    assert proof.get_absolute_url() in answer.content.decode()
    assert client.get(proof.get_absolute_url()).status_code == 200
    assert client.get(at("evidence_update", proof)).status_code == 200  # the promise is of their dependency
    again = {"progress": "60", "done": "Se sembró", "on": "2026-04-02", "files": sent(otra_pdf=PDF)}
    client.post(address, typed | again)
    assert [list(step.proofs.all()) for step in commitment.follow_ups.all()] == [[proof], [proof]]
