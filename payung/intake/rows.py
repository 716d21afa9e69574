"""One row of a list as an Application, with everything that is wrong with its fields in one pass. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from payung.core import dates, nik, region
from payung.core.application import Application
from payung.core.region import Desa
from payung.intake import cells
from payung.intake.cells import says_nothing
from payung.intake.given import NOTHING, Given
from payung.intake.layout import PersonRow, numbers_in
from payung.intake.numbers import Fault
from payung.intake.places import FilePlace, villages_named
from payung.policy.groups import words
from payung.policy.local import LocalPolicy
from payung.sheets.table import Cell

_Text = Callable[[str], str | None]
_Cell = Callable[[str], Cell]
_OLDEST_YEARS = 110
_PLACE_AND_DATE = re.compile(r"([A-Za-z][A-Za-z .']{2,}?)[\s,/:;-]+(\d.*)")
"""`Kuaro/01-08-1990`: a town and a date in one cell, parted by something else than a comma."""
_ODD_BELOW, _ODD_ABOVE = 10, 100
_NEAR_WORD = 0.85
"""Least similarity (of 1) of a proposed occupation."""


@dataclass(slots=True)
class Understood:
    """A row as it was understood; `faults` of everything but its NIK and KK."""

    number: int
    values: dict[str, object]
    faults: list[Fault]
    row_id: str
    """The id that the row carried, "" for none."""
    nik_text: str
    nik_codes: tuple[str, ...]
    """What `nik.faults` says of it."""
    nik_numeric: bool
    kk_text: str
    kk_numeric: bool
    has_kk: bool


class Reader:
    """Reads the rows of one list file under one policy."""

    def __init__(self, policy: LocalPolicy, place: FilePlace, given: Given = NOTHING) -> None:
        self.policy, self.place = policy, place
        self.given, self.given_desa = given, given.desa
        self.latest = policy.valid_to
        self.on = policy.valid_from
        self._words = tuple(
            (word, group.title)
            for group in policy.groups
            for word in (group.title.casefold(), *group.synonyms)
        )
        self.earliest = date(policy.valid_from.year - _OLDEST_YEARS, 1, 1)

    def read(self, row: PersonRow) -> Understood:
        """The row's values by Application field, and its faults."""
        columns, line = row.block.columns, row.cells
        width = len(line)

        def cell(field: str) -> Cell:
            at = columns.get(field, 0)
            return line[at - 1] if 0 < at <= width else None

        texts = {field: cells.text_of(line[at - 1]) or None for field, at in columns.items() if at <= width}
        text = texts.get
        nik_text, kk_text = text("nik") or "", text("kk") or ""
        if says_nothing(kk_text):
            kk_text = ""
        faults: list[Fault] = []
        codes = nik.faults(nik_text)
        values: dict[str, object] = {
            "nik_raw": nik_text or None,
            "nik": None if codes == ("nik_missing",) else nik.clean(nik_text),
            "kk_raw": kk_text or None,
            "kk": nik.clean(kk_text) or None,
        }
        for field in _PLAIN_FIELDS:
            if field in columns:
                values[field] = text(field)
        mapped = row.block.mapping.values if row.block.mapping else {}
        self._name(values, faults)
        self._birth(values, faults, cell("birth_on"))
        self._sex(values, faults, text("sex") or "", mapped.get("sex"))
        self._place(values, faults, row, text)
        self._work(values, faults, text, mapped.get("occupation", {}))
        self._rest(values, faults, row, cell, text)
        if "alive" in columns:
            _alive(faults, text("alive") or "", mapped.get("alive", {}))
        identity = text("row_id") or ""
        return Understood(
            row.number,
            values,
            faults,
            identity if _is_row_id(identity) else "",
            nik_text,
            codes,
            cells.is_number(cell("nik")),
            kk_text,
            cells.is_number(cell("kk")),
            "kk" in columns,
        )

    def _name(self, values: dict[str, object], faults: list[Fault]) -> None:
        name = values.get("name")
        if not isinstance(name, str) or says_nothing(name):
            values["name"] = None
            faults.append(Fault("name", "name_missing"))
        elif cells.odd_name(name):
            faults.append(Fault("name", "name_odd"))

    def _birth(self, values: dict[str, object], faults: list[Fault], cell: Cell) -> None:
        raw = cells.text_of(cell)
        values["birth_raw"] = raw or None
        day = cells.day_of(cell)
        if day is None:
            parsed = dates.parse_date(raw, self.earliest, self.latest)
            if parsed.code == "date_unreadable" and (parts := _PLACE_AND_DATE.fullmatch(raw)):
                later = dates.parse_date(parts[2], self.earliest, self.latest)
                if later.value:
                    parsed = later
                    values["birth_place"] = values.get("birth_place") or parts[1].strip()
            day = parsed.value
            if parsed.code:
                code = parsed.code.replace("date_", "birth_", 1)
                proposal = " atau ".join(
                    dates.day(one) for one in parsed.proposals or self._births(values["nik"])
                )
                faults.append(Fault("birth_on", code, proposal))
            if "," in raw and not values.get("birth_place"):
                town = raw.rpartition(",")[0].strip()
                values["birth_place"] = town if any(one.isalpha() for one in town) else None
        elif not self.earliest <= day <= self.latest:
            faults.append(Fault("birth_on", "birth_outside"))
            day = None
        values["birth_on"] = day
        if day is not None:
            age = dates.age(day, self.on)
            if not _ODD_BELOW <= age <= _ODD_ABOVE:
                faults.append(Fault("birth_on", "age_odd", words=(("age", str(age)),)))

    def _births(self, number: object) -> tuple[date, ...]:
        """The birth date that a NIK says of somebody of a worker's age; () where it says none or two."""
        parsed = nik.parse(number) if isinstance(number, str) else None
        found = [
            day
            for day in (parsed.births(self.latest) if parsed else ())
            if _ODD_BELOW <= dates.age(day, self.on) <= _ODD_ABOVE
        ]
        return tuple(found) if len(found) == 1 else ()

    def _sex(
        self, values: dict[str, object], faults: list[Fault], text: str, mapped: Mapping[str, str] | None
    ) -> None:
        if mapped and text.casefold() in mapped:
            text = mapped[text.casefold()]
        values["sex"] = found = cells.sex(text) if text else None
        if found is None:
            written = values["nik"]
            number = nik.parse(written) if isinstance(written, str) else None
            code = "sex_missing" if says_nothing(text) else "sex_unreadable"
            faults.append(Fault("sex", code, number.sex if number else ""))

    def _place(self, values: dict[str, object], faults: list[Fault], row: PersonRow, text: _Text) -> None:
        context = row.context
        raw = text("desa") or ""
        values["desa_raw"] = raw or context.desa or None
        district = text("kecamatan") or context.district or self.place.district
        given_rt = self.given.rt
        found, fault = self._desa(
            "" if says_nothing(raw) else raw, context.desa, district, "desa" in row.block.columns
        )
        values["desa_code"] = found
        if fault:
            faults.append(fault)
        both = cells.rt_and_rw(text("rt_rw") or "") if "rt_rw" in row.block.columns else (None, None)
        raw_rt = text("rt") or ""
        known = cells.three_digits(raw_rt) or both[0] or context.rt or self.place.rt
        rt = known or numbers_in(text("address") or "")[0] or None
        if rt is None and given_rt and self.given_desa and found == self.given_desa.code:
            rt = given_rt
        values["rt"] = rt
        values["rw"] = cells.three_digits(text("rw") or "") or both[1] or context.rw or None
        if raw_rt and not says_nothing(raw_rt) and cells.three_digits(raw_rt) is None:
            faults.append(Fault("rt", "rt_unreadable", rt or ""))
        elif rt is None:
            faults.append(Fault("rt_rw" if "rt_rw" in row.block.columns else "rt", "rt_missing"))

    def _desa(self, raw: str, title: str, district: str, has_column: bool) -> tuple[str | None, Fault | None]:
        regency = self.policy.regency
        around = villages_named(title, district, regency) or self.place.villages
        given = self.given_desa
        if given and (given in around or (not around and (not title or self.given.chosen))):
            if not raw and not around:
                note = Fault("desa", "desa_given", words=(("desa", given.in_words),)) if has_column else None
                return given.code, note
            around = (given,)
        if raw:
            return _desa_of(raw, district, regency, around)
        if len(around) == 1:
            note = (
                Fault("desa", "desa_from_file", words=(("desa", around[0].in_words),)) if has_column else None
            )
            return around[0].code, note
        if around:
            proposal = " atau ".join(one.in_words for one in around[:3])
            return None, Fault("desa", "desa_ambiguous", proposal, evidence=title or None)
        if title:
            near = region.propose_desa(title, regency)
            proposal = " atau ".join(one.in_words for one in near)
            return None, Fault("desa", "desa_unknown", proposal, evidence=title)
        return None, Fault("desa", "desa_missing")

    def _work(
        self, values: dict[str, object], faults: list[Fault], text: _Text, mapped: Mapping[str, str]
    ) -> None:
        raw = text("occupation") or ""
        raw = mapped.get(raw.casefold(), raw)
        values["occupation_raw"] = raw or None
        values["group"] = group = None if says_nothing(raw) else self.policy.groups.match(raw)
        if says_nothing(raw):
            faults.append(Fault("occupation", "occupation_missing"))
        elif group is None:
            faults.append(Fault("occupation", "occupation_unknown", _near_group(raw, self._words)))
        income = text("income") or ""
        if income and not says_nothing(income):
            values["income_idr"] = amount = cells.income(income)
            if amount is None:
                faults.append(Fault("income", "income_unreadable"))
        pupil = text("pupil") or ""
        values["pupil"] = yes = cells.yes_no(pupil) if pupil else None
        if pupil and yes is None:
            faults.append(Fault("pupil", "pupil_unreadable"))
        if yes is None and raw and cells.is_pupil_work(raw):
            values["pupil"] = True

    def _rest(
        self, values: dict[str, object], faults: list[Fault], row: PersonRow, cell: _Cell, text: _Text
    ) -> None:
        raw = text("phone") or ""
        if raw and not says_nothing(raw):
            values["phone"] = number = cells.phone(raw)
            if number is None and raw.strip("0 "):
                faults.append(Fault("phone", "phone_unreadable"))
        if not values.get("collector"):
            values["collector"] = row.context.collector or None
        values["collector_kk"] = nik.clean(text("collector_kk")) or None
        if (visit := cell("collected_on")) is not None:
            written = cells.text_of(visit)
            day = cells.day_of(visit) or dates.parse_date(written).value
            values["collected_on"] = day
            if day is None and not says_nothing(written):
                faults.append(Fault("collected_on", "collected_on_unreadable"))


_PLAIN_FIELDS = (
    "name", "birth_place", "mother_name", "address", "work_place", "work_hours", "employer", "bpjs_kesehatan", "proof",
    "collector",
)  # fmt: skip


@lru_cache(maxsize=65536)
def _desa_of(
    raw: str, district: str, regency: str, around: tuple[Desa, ...]
) -> tuple[str | None, Fault | None]:
    """The code of a written desa, or why there is none; the title decides between two of the same name."""
    found = region.find_desa_in(raw, district, regency)
    if len(found) > 1:
        found = tuple(one for one in found if one in around) or found
    if len(found) == 1:
        return found[0].code, None
    near = found or region.propose_desa(raw, regency)
    proposal = " atau ".join(one.in_words for one in near[:3])
    return None, Fault("desa", "desa_ambiguous" if found else "desa_unknown", proposal)


@lru_cache(maxsize=16384)
def _near_group(raw: str, known: tuple[tuple[str, str], ...]) -> str:
    """The title of the group whose word is nearly this one ("Petanii"); "" where none is near."""
    titles = dict(known)
    close = difflib.get_close_matches(" ".join(words(raw)), titles, n=1, cutoff=_NEAR_WORD)
    return titles[close[0]] if close else ""


def _alive(faults: list[Fault], text: str, words: Mapping[str, str]) -> None:
    said = words.get(text.casefold(), "")
    if said == "mati":
        faults.append(Fault("alive", "alive_dead"))
    elif said in ("pindah", "hilang"):
        faults.append(Fault("alive", "alive_gone"))


def _is_row_id(text: str) -> bool:
    return len(text) == 16 and all(one in "0123456789abcdef" for one in text)


def application(row_id: str, file: str, sheet: str, row: Understood) -> Application:
    """The row as an Application."""
    return Application(row_id, file, sheet, row.number, **row.values)  # type: ignore[arg-type]
