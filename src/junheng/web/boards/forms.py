"""What is typed and uploaded on the boards."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from junheng.web.boards.models import RoadmapYear
from junheng.web.collection.models import FilingState


class Planned(forms.ModelForm):  # type: ignore[type-arg]  # generic to mypy alone
    """The year in which a county is to be recognised."""

    class Meta:
        model = RoadmapYear
        fields: ClassVar = ["year"]


class OutlineFile(forms.Form):
    """The outlines of a county and its townships."""

    file = forms.FileField(
        label=_("边界文件（GeoJSON）"),
        help_text=_("只接受Polygon和MultiPolygon，经纬度为WGS 84或CGCS2000，不超过5 MB。"),
    )


class ZoneFile(OutlineFile):
    """The zones of a county's schools."""

    file = forms.FileField(
        label=_("学区文件（GeoJSON）"),
        help_text=_("只接受Polygon和MultiPolygon，经纬度为WGS 84或CGCS2000，不超过5 MB。"),
    )


VERDICTS = (("pass", _("通过")), ("fail", _("不通过")), ("not_assessed", _("未定")))


class Filter(forms.Form):
    """Which counties a table shows."""

    q = forms.CharField(label=_("县名"), max_length=40, required=False)
    state = forms.ChoiceField(label=_("环节"), required=False)
    verdict = forms.ChoiceField(label=_("测算结论"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        every = ("", _("全部"))
        of_county = [
            (state.value, state.label)
            for state in FilingState
            if state not in (FilingState.SUBMITTED, FilingState.ACCEPTED)
        ]
        self.fields["state"].choices = [every, *of_county]  # type: ignore[attr-defined]
        self.fields["verdict"].choices = [every, *VERDICTS]  # type: ignore[attr-defined]
