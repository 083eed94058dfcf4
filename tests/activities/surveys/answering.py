"""Answers for tests: what matters to a test is said in the test."""

from datetime import date

from activities.models import Opinion, Session, SurveyResponse

DAY = date(2026, 3, 18)


def make_answers(session: Session, n: int, **fields) -> list[SurveyResponse]:
    """`n` people who found it useful and clear and would return; `liked`, `improve`: what each of them wrote."""
    texts = {name: fields.pop(name) for name in Opinion.Question.values if name in fields}
    answer = {"usefulness": "a_lot", "clarity": "enough", "would_return": "yes", "answered_on": DAY, **fields}
    made = [SurveyResponse.objects.create(session=session, **answer) for _one in range(n)]
    Opinion.objects.bulk_create(
        Opinion(response=response, question=name, text=text) for response in made for name, text in texts.items()
    )
    return made
