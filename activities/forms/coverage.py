"""What an activity that is being written would change of the coverage."""

from django import forms

from activities.coverage import Coverage, coverage_with
from activities.models import Activity
from plans.models import CyclePhase, StakeholderGroup
from records.forms import RowsField


class CoverageForm(forms.Form):
    """What is no phase or group of the plan counts as not chosen."""

    phase = forms.ModelChoiceField(queryset=CyclePhase.objects.none(), required=False)
    groups = RowsField(queryset=StakeholderGroup.objects.none(), required=False)

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.activity, plan = activity, activity.plan
        self.fields["phase"].queryset = plan.phases.all()
        self.fields["groups"].queryset = StakeholderGroup.objects.filter(entity=plan.entity)

    @property
    def coverage(self) -> Coverage:
        self.is_valid()
        phase, groups = (self.cleaned_data.get(name) for name in ("phase", "groups"))
        return coverage_with(self.activity.plan, self.activity, phase, groups or ())
