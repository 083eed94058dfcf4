"""Forms of dependencies, roles and the entity. Forms parse; actions decide."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import shield
from accounts.models import HEX_COLOUR, Dependency, Entity, Role
from display.colour import TEXT_CONTRAST, WHITE, contrast, legible
from display.widgets import date_input
from records import files
from records.forms import RevisionForm


class DependencyForm(RevisionForm):
    class Meta:
        model = Dependency
        fields = ["name", "code", "parent", "aliases", "order", "valid_from", "valid_to"]
        widgets = {
            "aliases": forms.Textarea(attrs={"rows": 3}),
            "valid_from": date_input(),
            "valid_to": date_input(),
        }
        help_texts = {
            "parent": _("Vacío si no depende de otra."),
            "order": _("Las de número menor van primero; las de igual número, por nombre."),
            "valid_to": _("Vacío mientras exista. Cuando deje de existir, escriba la fecha en lugar de eliminarla."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Dependency.objects.filter(entity=self.instance.entity)
        self.fields["parent"].queryset = others.exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = _("Ninguna")


class MembershipForm(forms.Form):
    role = forms.ChoiceField(label=_("Papel"), choices=[("", _("Elija un papel")), *Role.choices])
    dependency = forms.ModelChoiceField(
        label=_("Dependencia"),
        queryset=Dependency.objects.none(),
        required=False,
        empty_label=_("Ninguna"),
        help_text=_("Solo para la jefatura de una dependencia."),
    )

    def __init__(self, *args, entity: Entity, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dependency"].queryset = entity.dependencies.all()

    def clean(self):
        data = super().clean()
        is_head, dependency = data.get("role") == Role.HEAD, data.get("dependency")
        if is_head and not dependency and "dependency" not in self.errors:
            self.add_error("dependency", _("Diga de qué dependencia es la jefatura."))
        if data.get("role") and not is_head and dependency:
            self.add_error("dependency", _("Solo la jefatura lleva dependencia: deje «Ninguna», o cambie el papel."))
        return data


class InvitationForm(MembershipForm):
    email = forms.EmailField(label=_("Correo"), max_length=254, help_text=_("Con este correo ingresa."))
    full_name = forms.CharField(label=_("Nombre completo"), max_length=150)
    position = forms.CharField(label=_("Cargo"), max_length=150, required=False)
    field_order = ["email", "full_name", "position", "role", "dependency"]


class EntityForm(RevisionForm):
    shield = forms.FileField(
        label=_("Escudo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG o JPEG de hasta 2 MB. Con fondo transparente se ve mejor. Vacío: sigue el que hay."),
    )
    remove_shield = forms.BooleanField(label=_("Quitar el escudo"), required=False)
    website = forms.URLField(label=_("Sitio web"), required=False, assume_scheme="https")
    time_zone = forms.ChoiceField(label=_("Zona horaria"))

    class Meta:
        model = Entity
        fields = [
            "name",
            "short_name",
            "nit",
            "municipality",
            "municipality_code",
            "shield",
            "remove_shield",
            "primary",
            "secondary",
            "website",
            "email",
            "address",
            "time_zone",
            "signs_reports",
        ]
        widgets = {
            "primary": forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
            "secondary": forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
            "municipality_code": forms.TextInput(attrs={"inputmode": "numeric"}),
        }
        help_texts = {
            "signs_reports": _("Elaboró, revisó y aprobó, en ese orden. Sin esto, se firma si se quiere."),
            "short_name": _("La sigla o el nombre con el que la conocen."),
            "municipality_code": _("Cinco dígitos: 05001 es Medellín."),
            "primary": _("Fondo de la cabecera y de la portada de los informes, con letra blanca encima."),
            "secondary": _("Filetes y detalles. Si es muy claro para leerse sobre blanco, queda solo en la portada."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones()
        if not self.instance.shield_id:
            del self.fields["remove_shield"]

    def clean_primary(self):
        colour = self.cleaned_data["primary"].lower()
        HEX_COLOUR(colour)  # the model's validators run after this method, and `contrast` needs six digits
        if (ratio := contrast(colour, WHITE)) < TEXT_CONTRAST:
            raise forms.ValidationError(
                _(
                    "Sobre este color no se lee la letra blanca: el contraste es %(ratio)s y debe ser al menos 4,5. "
                    "El mismo tono sirve más oscuro: %(better)s."
                ),
                params={"ratio": f"{ratio:.1f}".replace(".", ","), "better": legible(colour)},
            )
        return colour

    def clean_secondary(self):
        return self.cleaned_data["secondary"].lower()

    def clean_shield(self):
        upload = self.cleaned_data["shield"]
        return files.keep(shield.reencode(upload)) if "shield" in self.files else self.instance.shield

    def clean(self):
        data = super().clean()
        if data.get("remove_shield") and "shield" not in self.files:
            data["shield"] = None
        return data


def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices grouped by continent: [(continent, [(zone, label)])]."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        continent, _slash, place = name.partition("/")
        if place and continent != "Etc":
            groups.setdefault(continent, []).append((name, name.replace("_", " ")))
    return list(groups.items())
