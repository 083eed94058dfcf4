"""What people answered about the spaces of this month, which no report published before could tell of."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from activities.models import Opinion, Session, SurveyResponse
from plans.models import Plan

LIKED = {
    "Que explican bien": ("Explicaron con ejemplos de aquí.", "Las cifras se entendieron."),
    "Que escuchan": ("Nos dejaron hablar a todos.", "Anotaron lo que pedimos."),
}
IMPROVE = {
    "El sonido y el lugar": ("Atrás no se oía.", "Faltaron sillas.", "El salón es muy caliente."),
    "La hora": ("A esa hora estamos trabajando.", "Empezó tarde."),
    "Que avisen antes": ("Supe el mismo día.", "Avisen por la emisora."),
}
MOST = 24  # answers of a space


def add_answers(plan: Plan, today: date) -> None:
    """Of each space of the month, a third of those who came; what they wrote is grouped, but the last ones."""
    random = Random(f"respuestas {plan.slug}")
    held = Session.objects.filter(activity__plan=plan, held_on__range=(today.replace(day=1), today))
    responses, opinions = [], []
    for session in held.filter(attendance_total__gt=0).order_by("held_on", "pk"):
        for _one in range(min(session.attendance_total // 3, MOST)):
            response = SurveyResponse(
                session=session,
                usefulness=random.choice(("a_lot", "a_lot", "enough", "little")),
                clarity=random.choice(("a_lot", "enough", "enough", "little", "nothing")),
                would_return=random.choice(("yes", "yes", "maybe", "no")),
                answered_on=min(today, session.held_on + timedelta(random.randint(0, 3))),
                form_key=UUID(int=random.getrandbits(128)),
            )
            responses.append(response)
            for question, texts in (("liked", LIKED), ("improve", IMPROVE)):
                if random.random() < 0.4:
                    theme = random.choice(list(texts))
                    text = random.choice(texts[theme])
                    opinions.append((theme, Opinion(response=response, question=question, text=text)))
    SurveyResponse.objects.bulk_create(responses)
    Opinion.objects.bulk_create(opinion for _theme, opinion in opinions)
    grouped = opinions[: -len(opinions) // 5]
    names = dict.fromkeys(name for name, _opinion in grouped)
    themes = {name: plan.themes.create(name=name) for name in names}
    Opinion.themes.through.objects.bulk_create(
        Opinion.themes.through(opinion=opinion, theme=themes[name]) for name, opinion in grouped
    )
    quoted = {opinion.text: opinion.pk for _name, opinion in grouped}  # each text once
    Opinion.objects.filter(pk__in=list(quoted.values())[:4]).update(is_quotable=True)
