"""What is typed to open a round and to set up a scenario. Every field of a scenario becomes a part of its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from payung.allocation.money import Line
from payung.allocation.scenario import MOST_POINTS, Settings
from payung.budget.rules import Amount
from payung.core import region
from payung.core.month import Month, MonthSpan
from payung.core.rupiah import number, parse_rupiah, rupiah
from payung.eligibility.terms import Terms
from payung.policy.local import Limit, Source

LEAST, MOST = "paling-sedikit", "paling-banyak"
BLANK_LIMITS = 2
"""Empty lines for limits at the end of the table."""
MOST_LIMITS = 200


class Open(forms.Form):
    """A round's name, and why it is opened on a screening that is outdated."""

    nama = forms.CharField(
        label=_("Nama putaran"),
        max_length=200,
        help_text=_("Misalnya: Oktober–Desember 2022. Tercetak pada halaman dan laporan."),
        error_messages={"required": _("Tulis nama putaran.")},
    )
    alasan = forms.CharField(
        label=_("Alasan tetap memakai hasil ini"),
        required=False,
        max_length=300,
        help_text=_(
            "Hanya bila penyaringan perlu diperbarui dan putaran memang harus dibuka sekarang. Alasan ini tersimpan."
        ),
    )

    def __init__(
        self, data: Any = None, *, stale: bool = False, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        if not stale:
            del self.fields["alasan"]


class Cancel(forms.Form):
    """Why a round is given up."""

    alasan = forms.CharField(
        label=_("Alasan"),
        min_length=5,
        max_length=300,
        error_messages={
            "required": _("Tulis alasan putaran ini dibatalkan."),
            "min_length": _("Tulis alasan yang dapat dimengerti orang lain."),
        },
    )


class Rupiah(forms.Field):
    """An amount as people write it, `1.500.000` or `Rp1,5 miliar`; None for an empty field."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs["maxlength"] = 20

    def to_python(self, value: Any) -> int | None:
        """The amount in rupiah. ValidationError where it is not clear."""
        text = str(value or "").strip()
        if not text:
            return None
        amount = parse_rupiah(text)
        if amount is None:
            raise forms.ValidationError(_("Tulis jumlah rupiah, misalnya 1.500.000."))
        return amount


@dataclass(frozen=True, slots=True)
class SourceFields:
    """The fields of one source of money."""

    source: Source
    lines: Sequence[Line]
    budget: BoundField
    jkk: BoundField
    jkm: BoundField


@dataclass(frozen=True, slots=True)
class GroupFields:
    """The fields of one occupation group, and what the policy gives it."""

    title: str
    points: int
    count: int
    given: BoundField
    out: BoundField


@dataclass(frozen=True, slots=True)
class LimitFields:
    """The fields of one floor or quota."""

    kind: BoundField
    key: BoundField
    count: BoundField


class ScenarioForm(forms.Form):
    """A scenario's settings, read from and written into `Settings`; `start` is what the fields hold at first.

    The numbers of lines for limits follows `baris`, so that lines can be added without losing what was typed.
    """

    nama = forms.CharField(
        label=_("Nama skenario"),
        max_length=80,
        help_text=_("Yang membedakannya dari yang lain, misalnya: Nelayan dahulu."),
        error_messages={"required": _("Tulis nama skenario.")},
    )
    versi = forms.IntegerField(widget=forms.HiddenInput, required=False, localize=False)
    baris = forms.IntegerField(widget=forms.HiddenInput, required=False, localize=False)
    dari = forms.ChoiceField(label=_("Bulan pertama"))
    sampai = forms.ChoiceField(label=_("Bulan terakhir"))
    lanjutan = forms.BooleanField(
        label=_("Dahulukan yang sudah menjadi peserta"),
        required=False,
        help_text=_("Perlindungan mereka tidak terputus; sesudah itu nilai yang menentukan."),
    )
    sebagian = forms.BooleanField(
        label=_("Boleh sebagian bulan"),
        required=False,
        help_text=_("Yang sebagian bulannya ditanggung pihak lain mendapat bulan sisanya."),
    )

    def __init__(
        self,
        terms: Terms,
        money: Mapping[str, Sequence[Line]],
        groups: Mapping[str, int],
        start: Settings,
        *,
        name: str = "",
        version: int = 0,
        data: Any = None,
        more_lines: bool = False,
    ) -> None:
        super().__init__(data, initial=_initial(terms, money, start, name, version))
        self._terms, self._money, self._start = terms, money, start
        told = {*groups, *start.group_points, *start.groups_out}
        self._groups = {one.id: groups.get(one.id, 0) for one in terms.policy.groups if one.id in told}
        months = [(str(one), one.in_words) for one in terms.months]
        self._choices("dari", months)
        self._choices("sampai", months)
        if not terms.partial_months:
            del self.fields["sebagian"]
        for at, source in enumerate(terms.sources):
            self._add_source(at, source)
        for group in self._groups:
            self.fields[f"nilai_{group}"] = forms.IntegerField(
                label=_("Nilai"), required=False, min_value=0, max_value=MOST_POINTS, localize=False
            )
            self.fields[f"tanpa_{group}"] = forms.BooleanField(label=_("Tidak ikut"), required=False)
        self.limit_lines = self._limit_lines(data, more_lines)
        scopes = self._limit_choices()
        for at in range(self.limit_lines):
            self._add_limit(at, scopes)

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def _add_source(self, at: int, source: Source) -> None:
        lines = self._money[source.id]
        self.fields[f"anggaran_{at}"] = forms.ChoiceField(
            label=source.title,
            required=False,
            choices=[
                ("", _("Tidak dipakai")),
                *((str(one.budget.pk), _line_name(one, lines)) for one in lines),
            ],
            help_text=_left_in_words(lines),
        )
        for programme in ("jkk", "jkm"):
            self.fields[f"{programme}_{at}"] = Rupiah(
                label=_("Paling banyak %(programme)s") % {"programme": programme.upper()},
                help_text=_("Kosongkan untuk memakai semua sisa."),
            )

    def _limit_lines(self, data: Any, more_lines: bool) -> int:
        known = len(self._start.floors) + len(self._start.quotas) + BLANK_LIMITS
        if data is not None:
            typed = str(data.get("baris", "")).strip()
            known = max(0, int(typed)) if typed.isascii() and typed.isdigit() else known
        known = min(known + (BLANK_LIMITS if more_lines else 0), MOST_LIMITS)
        self.initial["baris"] = known
        if data is not None:
            self.data = {**{name: data[name] for name in data}, "baris": str(known)}
        return known

    def _limit_choices(self) -> list[tuple[Any, Any]]:
        regency, policy = self._terms.policy.regency, self._terms.policy
        return [
            ("", _("Pilih")),
            (
                _("Masing-masing"),
                [
                    ("kecamatan:*", _("setiap kecamatan")),
                    ("desa:*", _("setiap desa")),
                    ("group:*", _("setiap kelompok")),
                ],
            ),
            (_("Kelompok"), [(f"group:{one.id}", one.title) for one in policy.groups]),
            (_("Kecamatan"), [(f"kecamatan:{one.code}", one.name) for one in region.districts(regency)]),
            (
                _("Desa"),
                [(f"desa:{one.code}", f"{one.district}: {one.name}") for one in region.villages(regency)],
            ),
        ]

    def _add_limit(self, at: int, scopes: list[tuple[Any, Any]]) -> None:
        self.fields[f"jenis_{at}"] = forms.ChoiceField(
            label=_("Batas"),
            required=False,
            choices=[(LEAST, _("paling sedikit")), (MOST, _("paling banyak"))],
        )
        self.fields[f"untuk_{at}"] = forms.ChoiceField(label=_("Untuk"), required=False, choices=scopes)
        self.fields[f"orang_{at}"] = forms.IntegerField(
            label=_("Orang"), required=False, min_value=0, max_value=10_000_000, localize=False
        )

    def source_fields(self) -> Iterator[SourceFields]:
        """The fields of each source that takes part, in the policy's order."""
        for at, source in enumerate(self._terms.sources):
            yield SourceFields(
                source, self._money[source.id], self[f"anggaran_{at}"], self[f"jkk_{at}"], self[f"jkm_{at}"]
            )

    def group_fields(self) -> Iterator[GroupFields]:
        """The fields of each group of which somebody can be chosen, or of which the settings say something."""
        for group, count in self._groups.items():
            known = self._terms.policy.group(group)
            yield GroupFields(
                known.title, known.points, count, self[f"nilai_{group}"], self[f"tanpa_{group}"]
            )

    def limit_fields(self) -> Iterator[LimitFields]:
        """The fields of each line for a limit."""
        for at in range(self.limit_lines):
            yield LimitFields(self[f"jenis_{at}"], self[f"untuk_{at}"], self[f"orang_{at}"])

    def clean(self) -> dict[str, Any]:
        """Months in their order; a line for a limit is whole or empty; each limit once."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("dari") and data.get("sampai") and data["sampai"] < data["dari"]:
            self.add_error("sampai", _("Bulan terakhir mendahului bulan pertama."))
        seen = set()
        for at in range(self.limit_lines):
            key, count = data.get(f"untuk_{at}"), data.get(f"orang_{at}")
            if key and count is None and f"orang_{at}" not in self.errors:
                self.add_error(f"orang_{at}", _("Tulis jumlah orangnya."))
            if count is not None and not key and f"untuk_{at}" not in self.errors:
                self.add_error(f"untuk_{at}", _("Pilih untuk siapa batas ini."))
            if key:
                if (data.get(f"jenis_{at}"), key) in seen:
                    self.add_error(f"untuk_{at}", _("Batas ini sudah ada di baris lain."))
                seen.add((data.get(f"jenis_{at}"), key))
        return data

    def settings(self) -> Settings:
        """What a valid form says."""
        data = self.cleaned_data
        budgets, ceilings = {}, {}
        for at, source in enumerate(self._terms.sources):
            line = next(
                (one for one in self._money[source.id] if str(one.budget.pk) == data[f"anggaran_{at}"]), None
            )
            if line is not None:
                jkk, jkm = data[f"jkk_{at}"], data[f"jkm_{at}"]
                budgets[source.id] = line.budget.pk
                ceilings[source.id] = Amount(
                    line.left.jkk_idr if jkk is None else jkk, line.left.jkm_idr if jkm is None else jkm
                )
        policy = self._terms.policy
        points = {one: data[f"nilai_{one}"] for one in self._groups if data[f"nilai_{one}"] is not None}
        return replace(
            self._start,
            months=MonthSpan(Month.parse(data["dari"]), Month.parse(data["sampai"])),
            budgets=budgets,
            ceilings=ceilings,
            floors=tuple(self._limits(LEAST)),
            quotas=tuple(self._limits(MOST)),
            group_points={one: given for one, given in points.items() if given != policy.group(one).points},
            groups_out=frozenset(one for one in self._groups if data[f"tanpa_{one}"]),
            continuity_first=data["lanjutan"],
            partial_months=bool(data.get("sebagian")),
        )

    def _limits(self, kind: str) -> Iterator[Limit]:
        data = self.cleaned_data
        for at in range(self.limit_lines):
            if data[f"untuk_{at}"] and data[f"jenis_{at}"] == kind:
                scope, _colon, key = data[f"untuk_{at}"].partition(":")
                yield Limit(scope, key, data[f"orang_{at}"])


def _line_name(line: Line, lines: Sequence[Line]) -> str:
    """What a line is called; with its office and code where another has the same title."""
    budget = line.budget
    alike = sum(str(one.budget) == str(budget) for one in lines) > 1
    return f"{budget}, {budget.office}, {budget.activity_code}" if alike else str(budget)


def _left_in_words(lines: Sequence[Line]) -> str:
    return "; ".join(
        _("%(line)s: sisa JKK %(jkk)s, JKM %(jkm)s")
        % {"line": _line_name(one, lines), "jkk": rupiah(one.left.jkk_idr), "jkm": rupiah(one.left.jkm_idr)}
        for one in lines
    )


def _initial(
    terms: Terms, money: Mapping[str, Sequence[Line]], start: Settings, name: str, version: int
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "nama": name,
        "versi": version,
        "dari": str(start.months.first),
        "sampai": str(start.months.last),
        "lanjutan": start.continuity_first,
        "sebagian": start.partial_months,
    }
    for at, source in enumerate(terms.sources):
        line = next((one for one in money[source.id] if one.budget.pk == start.budgets.get(source.id)), None)
        if line is not None:
            asked = start.ceilings[source.id]
            found[f"anggaran_{at}"] = str(line.budget.pk)
            # All that is left is written as nothing: it stays "all that is left".
            found[f"jkk_{at}"] = "" if asked.jkk_idr == line.left.jkk_idr else number(asked.jkk_idr)
            found[f"jkm_{at}"] = "" if asked.jkm_idr == line.left.jkm_idr else number(asked.jkm_idr)
    for group, points in start.group_points.items():
        found[f"nilai_{group}"] = points
    for group in start.groups_out:
        found[f"tanpa_{group}"] = True
    limits = [(LEAST, one) for one in start.floors] + [(MOST, one) for one in start.quotas]
    for at, (kind, limit) in enumerate(limits):
        found |= {
            f"jenis_{at}": kind,
            f"untuk_{at}": f"{limit.scope}:{limit.key}",
            f"orang_{at}": limit.count,
        }
    return found


class Narrow(forms.Form):
    """What the people of a scenario are narrowed down to."""

    tempat = forms.ChoiceField(label=_("Kecamatan atau desa"), required=False)
    kelompok = forms.ChoiceField(label=_("Kelompok"), required=False)
    nama = forms.CharField(label=_("Nama"), required=False, max_length=100)

    def __init__(
        self, data: Any, *, places: Sequence[tuple[str, Any]], groups: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        for name, choices in (("tempat", places), ("kelompok", groups)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Semua")), *choices]

    def asked(self) -> tuple[str, str, str]:
        """Place, group, words of the name; "" is everything, and what is no choice too."""
        self.is_valid()
        data = self.cleaned_data
        return data.get("tempat", ""), data.get("kelompok", ""), data.get("nama", "").strip()
