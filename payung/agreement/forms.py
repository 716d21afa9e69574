"""What people type about agreements. Each form of the editor gives the terms as they are to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.agreement.paper import PAPERS
from payung.agreement.rules import (
    PROGRAMME_TITLES,
    SECTION_TITLES,
    SECTIONS,
    SEGMENT_TITLES,
    DataExchange,
    Due,
    Kind,
    Party,
    Section,
    Segment,
    Terms,
)
from payung.agreement.storing import MEBIBYTE, MOST_BYTES
from payung.budget.rules import Programme
from payung.core.rupiah import number, parse_rupiah

_DAY_ERRORS = {"required": _("Isi harinya."), "invalid": _("Tulis hari-bulan-tahun, misalnya 31-12-2026.")}
_LINES, _FEWEST_LINES, _MOST_LINES, _LETTERS_A_LINE = 8, 3, 24, 60
_CLAUSE_LETTERS = 20_000
_THIS, _NEXT = "ini", "berikut"


class RupiahField(forms.CharField):
    """An amount of money in whole rupiah; None where it is left blank."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 30)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """`6.505.228.800`."""
        return number(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Whole rupiah."""
        text = str(super().clean(value) or "")
        if not text:
            return None
        amount = parse_rupiah(text)
        if amount is None:
            raise forms.ValidationError(_("Tulis jumlahnya dalam rupiah, misalnya 6.505.228.800."))
        return amount


def _segments(of: Iterable[Segment] = Segment) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Segmen"),
        choices=[(one.value, f"{one.value}: {SEGMENT_TITLES[one]}") for one in of],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class Open(forms.Form):
    """A new Nota Kesepakatan or PKS."""

    title = forms.CharField(
        label=_("Tentang"), max_length=300, required=False,
        help_text=_("Kosongkan untuk judul yang lazim. Tanpa kata Perjanjian di depannya."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("Hari pertama"), error_messages=_DAY_ERRORS)
    valid_to = forms.DateField(label=_("Hari terakhir"), error_messages=_DAY_ERRORS)
    segments = _segments()
    ceiling_idr = RupiahField(
        label=_("Pagu"), required=False, help_text=_("Paling banyak dibayar di bawah PKS ini, dalam rupiah.")
    )

    def __init__(self, *args: Any, kind: Kind, among: Iterable[Segment] = Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segments"] = _segments(among)
        self.order_fields(("title", "valid_from", "valid_to", "segments", "ceiling_idr"))
        if kind is Kind.NK:
            del self.fields["ceiling_idr"]

    def chosen(self) -> tuple[Segment, ...]:
        """The segments that were ticked."""
        return tuple(Segment(one) for one in self.cleaned_data["segments"])


class OpenAddendum(forms.Form):
    """From which day an addendum changes the agreement."""

    effective_on = forms.DateField(
        label=_("Perubahan berlaku sejak"),
        error_messages=_DAY_ERRORS,
        help_text=_("Di dalam masa perjanjiannya."),
    )


class Part(forms.Form):
    """One part of the editor. `version` is that of the draft which was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    @classmethod
    def initial_of(cls, title: str, terms: Terms) -> dict[str, Any]:
        """What stands in it now."""
        raise NotImplementedError

    def changed(self, title: str, terms: Terms) -> tuple[str, Terms]:
        """Title and terms with what was filled in."""
        raise NotImplementedError


class Main(Part):
    """Title, term, segments, programmes, ceiling and due days of a Nota Kesepakatan or PKS."""

    title = forms.CharField(label=_("Tentang"), max_length=300)
    valid_from = forms.DateField(label=_("Hari pertama"), error_messages=_DAY_ERRORS)
    valid_to = forms.DateField(label=_("Hari terakhir"), error_messages=_DAY_ERRORS)
    segments = _segments()
    programmes = forms.MultipleChoiceField(
        label=_("Program"), choices=[(one.value, PROGRAMME_TITLES[one]) for one in Programme],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    ceiling_idr = RupiahField(
        label=_("Pagu"), required=False, help_text=_("Paling banyak dibayar di bawahnya, dalam rupiah.")
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        if kind is Kind.NK:
            del self.fields["ceiling_idr"]
        else:
            self.fields.update(_due_fields())

    @classmethod
    def initial_of(cls, title: str, terms: Terms) -> dict[str, Any]:
        """What stands in it now."""
        return {
            "title": title,
            "valid_from": terms.valid_from,
            "valid_to": terms.valid_to,
            "segments": [one.value for one in terms.segments],
            "programmes": [one.value for one in terms.content.programmes],
            "ceiling_idr": terms.ceiling_idr,
            **_due_initial(terms.content.due),
        }

    def changed(self, title: str, terms: Terms) -> tuple[str, Terms]:
        """Title and terms with what was filled in."""
        data = self.cleaned_data
        content = replace(
            terms.content,
            programmes=tuple(Programme(one) for one in data["programmes"]),
            due=_due(data) if "due_bpu" in data else terms.content.due,
        )
        return data["title"], replace(
            terms,
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            segments=tuple(Segment(one) for one in data["segments"]),
            ceiling_idr=data.get("ceiling_idr"),
            content=content,
        )


class Changes(Part):
    """What an addendum changes besides articles: the last day, the ceiling, the due days."""

    valid_from = forms.DateField(label=_("Perubahan berlaku sejak"), error_messages=_DAY_ERRORS)
    valid_to = forms.DateField(
        label=_("Hari terakhir perjanjian menjadi"), error_messages=_DAY_ERRORS,
        help_text=_("Biarkan bila masanya tetap."),
    )  # fmt: skip
    ceiling_idr = RupiahField(
        label=_("Pagu menjadi"), required=False, help_text=_("Kosongkan bila pagunya tetap.")
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        if kind is Kind.NK:
            del self.fields["ceiling_idr"]
        else:
            self.fields.update(_due_fields(_("Kosongkan bila tetap.")))

    @classmethod
    def initial_of(cls, title: str, terms: Terms) -> dict[str, Any]:
        """What stands in it now."""
        return {
            "valid_from": terms.valid_from,
            "valid_to": terms.valid_to,
            "ceiling_idr": terms.ceiling_idr,
            **_due_initial(terms.content.due),
        }

    def changed(self, title: str, terms: Terms) -> tuple[str, Terms]:
        """Title and terms with what was filled in."""
        data = self.cleaned_data
        content = replace(terms.content, due=_due(data) if "due_bpu" in data else ())
        return title, replace(
            terms,
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            ceiling_idr=data.get("ceiling_idr"),
            content=content,
        )


def _due_fields(help_text: Any = "") -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for segment in Segment:
        name = f"due_{segment.value.lower()}"
        found[name] = forms.IntegerField(
            label=_("Tenggat iuran %(segment)s, tanggal") % {"segment": segment.value},
            min_value=1, max_value=28, required=False, help_text=help_text,
        )  # fmt: skip
        found[f"{name}_month"] = forms.ChoiceField(
            label=_("Tenggat iuran %(segment)s, bulan") % {"segment": segment.value},
            choices=[(_THIS, _("Bulan iuran itu sendiri")), (_NEXT, _("Bulan berikutnya"))],
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
            required=False,
        )
    return found


def _due_initial(due: Iterable[Due]) -> dict[str, Any]:
    found: dict[str, Any] = {"due_bpu_month": _THIS, "due_pu_month": _NEXT}
    for one in due:
        name = f"due_{one.segment.value.lower()}"
        found |= {name: one.day, f"{name}_month": _NEXT if one.next_month else _THIS}
    return found


def _due(data: Mapping[str, Any]) -> tuple[Due, ...]:
    names = [(segment, f"due_{segment.value.lower()}") for segment in Segment]
    return tuple(
        Due(segment, data[name], next_month=data[f"{name}_month"] == _NEXT)
        for segment, name in names
        if data.get(name)
    )


_PARTY_FIELDS = ("name", "represented_by", "title", "address", "basis")


def _party_fields(which: str, words: Any) -> dict[str, forms.Field]:
    labels = {
        "name": _("lembaga"),
        "represented_by": _("diwakili oleh"),
        "title": _("jabatan"),
        "address": _("alamat"),
        "basis": _("dasar kewenangan"),
    }
    return {
        f"{which}_{name}": forms.CharField(
            label=_("%(party)s, %(field)s") % {"party": words, "field": labels[name]},
            max_length=300,
            required=False,
            help_text=_("Nomor dan tanggal keputusan atau surat kuasa.") if name == "basis" else "",
        )
        for name in _PARTY_FIELDS
    }


class Parties(Part):
    """Both sides, and where it is signed."""

    place = forms.CharField(label=_("Ditandatangani di"), max_length=100, required=False)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.fields.update(_party_fields("first", _("Pihak kesatu")))
        self.fields.update(_party_fields("second", _("Pihak kedua")))

    @classmethod
    def initial_of(cls, title: str, terms: Terms) -> dict[str, Any]:
        """What stands in it now."""
        content = terms.content
        found: dict[str, Any] = {"place": content.place}
        for which, party in (("first", content.first), ("second", content.second)):
            found |= {f"{which}_{name}": getattr(party, name) for name in _PARTY_FIELDS}
        return found

    def changed(self, title: str, terms: Terms) -> tuple[str, Terms]:
        """Title and terms with what was filled in."""
        data = self.cleaned_data
        first, second = (
            Party(**{name: data[f"{which}_{name}"] for name in _PARTY_FIELDS})
            for which in ("first", "second")
        )
        content = replace(terms.content, place=data["place"], first=first, second=second)
        return title, replace(terms, content=content)


class Exchange(Part):
    """Which data are exchanged, how, and how long they are kept."""

    fields_ = forms.CharField(
        label=_("Bidang data yang dipertukarkan"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": _LINES}),
        help_text=_("Satu baris satu bidang. Hanya yang benar-benar diperlukan."),
    )  # fmt: skip
    how = forms.CharField(
        label=_("Cara pertukaran"), required=False, max_length=300,
        help_text=_("Disambung di belakang kata: Pertukaran dilakukan …"),
    )  # fmt: skip
    retention_years = forms.IntegerField(
        label=_("Disimpan sesudah berakhir, tahun"), required=False, min_value=1, max_value=50
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        if kind is Kind.ADDENDUM:
            self.fields["fields_"].help_text = _(
                "Satu baris satu bidang. Kosongkan bila pertukaran datanya tetap."
            )

    @classmethod
    def initial_of(cls, title: str, terms: Terms) -> dict[str, Any]:
        """What stands in it now."""
        data = terms.content.data
        return {"fields_": "\n".join(data.fields), "how": data.how, "retention_years": data.retention_years}

    def changed(self, title: str, terms: Terms) -> tuple[str, Terms]:
        """Title and terms with what was filled in."""
        said = self.cleaned_data
        fields = tuple(dict.fromkeys(line.strip() for line in said["fields_"].splitlines() if line.strip()))
        data = DataExchange(fields, said["how"], said["retention_years"])
        return title, replace(terms, content=replace(terms.content, data=data))


class Clauses(Part):
    """The articles as texts. Of an addendum they begin as they stand; those that are changed become part of it."""

    def __init__(
        self, *args: Any, kind: Kind, base: Mapping[Section, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.base = {section: _tidy(text) for section, text in (base or {}).items()}
        self.is_addendum = base is not None
        shown = kwargs.get("initial") or {}
        for section in SECTIONS[kind]:
            self.fields[section.value] = forms.CharField(
                label=SECTION_TITLES[section],
                required=False,
                max_length=_CLAUSE_LETTERS,
                widget=forms.Textarea(attrs={"rows": _rows(shown.get(section.value, ""))}),
            )

    @classmethod
    def initial_of(cls, title: str, terms: Terms) -> dict[str, Any]:
        """What stands in it now."""
        return {section.value: text for section, text in terms.content.clauses.items()}

    def changed(self, title: str, terms: Terms) -> tuple[str, Terms]:
        """Title and terms with what was filled in."""
        texts = {
            section: _tidy(self.cleaned_data[section.value])
            for section in Section
            if section.value in self.fields
        }
        if self.is_addendum:
            texts = {one: text for one, text in texts.items() if text != self.base.get(one, "")}
        return title, replace(terms, content=replace(terms.content, clauses=texts))


def _rows(text: str) -> int:
    """As many lines as a text takes in the field, within reason."""
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.splitlines())
    return min(max(lines + 1, _FEWEST_LINES), _MOST_LINES)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


class AddAnnex(forms.Form):
    """An annex by its title, with its file or to be handed in on paper."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    title = forms.CharField(label=_("Judul lampiran"), max_length=200)
    file = forms.FileField(
        label=_("Berkas"), required=False,
        help_text=_("PDF atau Excel (xlsx), paling banyak %(most)s MB. Kosongkan bila disampaikan di atas kertas.")
        % {"most": MOST_BYTES // MEBIBYTE},
        error_messages={"empty": _("Berkas ini kosong.")},
    )  # fmt: skip


class Sign(forms.Form):
    """That it was signed: numbers of both sides, the day, the scan."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    number = forms.CharField(label=_("Nomor pihak kesatu"), max_length=100)
    partner_number = forms.CharField(label=_("Nomor BPJS Ketenagakerjaan"), max_length=100)
    signed_on = forms.DateField(label=_("Ditandatangani pada"), error_messages=_DAY_ERRORS)
    scan = forms.FileField(
        label=_("Pindaian naskah yang ditandatangani"),
        help_text=_("PDF, paling banyak %(most)s MB, seluruh halaman dengan paraf dan tanda tangan.")
        % {"most": MOST_BYTES // MEBIBYTE},
        error_messages={"required": _("Pilih pindaiannya."), "empty": _("Berkas ini kosong.")},
    )  # fmt: skip


class End(forms.Form):
    """The end before the term."""

    ended_on = forms.DateField(label=_("Hari terakhir berlaku"), error_messages=_DAY_ERRORS)
    reason = forms.CharField(
        label=_("Alasan dan dasarnya"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class Cancel(forms.Form):
    """Why a draft is given up."""

    reason = forms.CharField(label=_("Alasan"), max_length=300, min_length=5)


class Template(forms.Form):
    """The office's own template text."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("Naskah (typst)"), required=False, max_length=100_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "payung-digits"}),
        help_text=_("Kosongkan untuk kembali ke naskah bawaan."),
    )  # fmt: skip
    note = forms.CharField(label=_("Catatan perubahan"), max_length=300, required=False)


class Paper(forms.Form):
    """On which paper."""

    paper = forms.ChoiceField(label=_("Kertas"), choices=[(one, one.upper()) for one in PAPERS])
