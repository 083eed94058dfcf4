"""What the rules look at: a plan with its parts, groups, activities and spaces, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from activities.coverage import groups_without_activity, stages_without_activity
from activities.models import Activity, Responsibility, Session
from plans.models import CyclePhase, Plan, PlanChapter, StakeholderGroup

OF_PLAN = ("objective", "who_may_participate", "participation_means", "responsible_units", "notes")
OF_ACTIVITY = (
    *("name", "description", "objective", "product", "indicator", "formula", "mechanism", "channels"),
    *("formal_instance", "periodicity", "resources", "alliances"),
)


@dataclass(frozen=True)
class Text:
    """A text of the plan: where it stands ("plan:objective", "chapter:3", "activity:7"), and where it is mended."""

    subject: str
    name: str
    url: str
    text: str


@dataclass(frozen=True)
class Reading:
    plan: Plan
    phases: list[CyclePhase]
    groups: dict[int, StakeholderGroup]  # the active ones of the entity, and those that an activity names
    chapters: list[PlanChapter]
    activities: list[Activity]  # in the plan and not withdrawn, in order
    owned: set[int]  # activities that name a dependency or are of all
    groups_of: dict[int, set[int]]
    spaces_of: dict[int, list[Session]]
    outside: set[int]  # spaces that fall outside the plan's dates
    forgotten_groups: list[StakeholderGroup]
    forgotten_stages: list[CyclePhase.Stage]

    @cached_property
    def activities_url(self) -> str:
        return reverse("activities:activity_list", args=self._at)

    @property
    def chapters_url(self) -> str:
        return reverse("plans:chapter_list", args=self._at)

    def of_chapter(self, chapter: PlanChapter) -> str:
        page = "chapter_detail" if self.plan.is_frozen else "chapter_update"
        return reverse(f"plans:{page}", args=[*self._at, chapter.pk])

    @property
    def structure_url(self) -> str:
        return reverse("plans:structure", args=self._at)

    @property
    def _at(self) -> list[str]:
        return [self.plan.entity.slug, self.plan.slug]

    def of_field(self, name: str) -> str:
        """Where a text of the plan is written."""
        return f"{reverse('plans:plan_update', args=self._at)}#id_{name}"

    def of_activity(self, activity: Activity, field: str = "") -> str:
        """Where a field of an activity is written; of what is no longer edited, its page."""
        start, end = self._activity_pages[bool(field) and not self.plan.is_frozen]
        return f"{start}{activity.pk}{end}" + (f"#{field}" if field and not self.plan.is_frozen else "")

    @cached_property
    def _activity_pages(self) -> list[tuple[str, str]]:
        """Of its page and of its form, what stands before and after its number: an address is resolved once."""
        names = ("activities:activity_detail", "activities:activity_update")
        pages = (reverse(name, args=[*self._at, 0]).rpartition("0") for name in names)
        return [(start, end) for start, _zero, end in pages]

    def of_group(self, group: StakeholderGroup, field: str = "") -> str:
        page = reverse("plans:group_update", args=[self.plan.entity.slug, group.pk])
        return f"{page}#id_{field}" if field else page

    @cached_property
    def named_groups(self) -> set[int]:
        return set().union(*self.groups_of.values())

    @cached_property
    def groups_in_use(self) -> list[StakeholderGroup]:
        """Those that the plan names and are still convened."""
        return [group for group in self.groups.values() if group.active and group.pk in self.named_groups]

    @cached_property
    def spaces(self) -> list[tuple[Activity, Session]]:
        return [(activity, space) for activity in self.activities for space in self.spaces_of.get(activity.pk, ())]

    def texts(self) -> Iterator[Text]:
        """Every text that a person wrote in the plan, those that are empty left out."""
        for name in OF_PLAN:
            label = str(Plan._meta.get_field(name).verbose_name)
            yield from _said(f"plan:{name}", label, self.of_field(name), getattr(self.plan, name))
        for chapter in self.chapters:
            yield from _said(f"chapter:{chapter.pk}", chapter.title, self.of_chapter(chapter), chapter.body)
        for activity in self.activities:
            for name in OF_ACTIVITY:
                if text := getattr(activity, name):
                    url = self.of_activity(activity, f"id_{name}")
                    yield Text(f"activity:{activity.pk}", str(activity), url, text)


def _said(subject: str, name: str, url: str, text: str) -> Iterator[Text]:
    if text:
        yield Text(subject, name, url, text)


def read(plan: Plan) -> Reading:
    """Ten statements, whatever the size of the plan; what it promises now, whatever was withdrawn."""
    activities = list(plan.activities.in_plan().filter(withdrawn_on=None).order_by("order", "pk"))
    for activity in activities:
        activity.plan = plan  # its address needs it
    named = Responsibility.objects.filter(activity__plan=plan).values_list("activity", flat=True)
    owned = set(named) | {activity.pk for activity in activities if activity.all_dependencies}
    inside = {activity.pk for activity in activities}
    groups_of: dict[int, set[int]] = defaultdict(set)
    for activity, group in Activity.groups.through.objects.filter(activity__plan=plan).values_list(
        "activity", "stakeholdergroup"
    ):
        if activity in inside:
            groups_of[activity].add(group)
    spaces_of: dict[int, list[Session]] = defaultdict(list)
    spaces = Session.objects.filter(activity__plan=plan, withdrawn_on=None).in_plan()
    for space in spaces.order_by("planned_on", "pk"):
        spaces_of[space.activity_id].append(space)
    used = set().union(*groups_of.values())
    groups = {
        group.pk: group
        for group in StakeholderGroup.objects.filter(entity=plan.entity_id)
        if group.active or group.pk in used
    }
    return Reading(
        *(plan, list(plan.phases.all()), groups, list(plan.chapters.all()), activities),
        *(owned, dict(groups_of), dict(spaces_of)),
        set(spaces.outside(plan.starts_on, plan.ends_on).values_list("pk", flat=True)),
        *(groups_without_activity(plan), stages_without_activity(plan)),
    )
