"""A run in figures: what the summary page, the coverage table and the texts for each RT are made of. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from payung.allocation.roll import RollEntry
from payung.core import region
from payung.core.dates import age
from payung.core.decision import Outcome
from payung.core.finding import Finding, Severity
from payung.eligibility.assessment import Assessed
from payung.eligibility.codes import CODES
from payung.enrolment.explain import blocking_reasons, group_title, line_name, source_title
from payung.intake.codes import TITLES
from payung.job.run import Run
from payung.registry.rules import REGISTERS, Kind
from payung.reporting.figures import (
    AsideFile,
    Attention,
    Funnel,
    RegisterUse,
    Share,
    SourceUse,
    Summary,
    age_band,
    reason_counts,
)
from payung.reporting.messages import FaultLine, RtFigures
from payung.reporting.rules import CoverageTable, Denominators, coverage, from_lists

_FAULTS_SHOWN = 5
_SEXES = {"L": "Laki-laki", "P": "Perempuan", "": "Tidak diketahui"}


def funnel(run: Run) -> Funnel:
    """From rows to the roll."""
    people = [one for one in run.assessed if one.survives]
    chosen = len(run.entries)
    return Funnel(
        rows=len(run.assessed),
        persons=len(people),
        chosen=chosen,
        waiting=sum(bool(one.sources) for one in people) - chosen,
        incomplete=sum(one.decision.outcome is Outcome.INCOMPLETE for one in people),
        refused=sum(one.decision.outcome is Outcome.REFUSE for one in people),
    )


def reasons(run: Run, outcome: Outcome) -> Mapping[str, int]:
    """How many people with this outcome carry each reason that keeps them off the roll."""
    return Counter(
        code
        for one in run.assessed
        if one.survives and one.decision.outcome is outcome
        for code in {reason.code for reason in blocking_reasons(one.decision)}
    )


def coverage_of(run: Run, before: Mapping[str, int], given: Denominators | None) -> CoverageTable:
    """Coverage before and after; `before` are members by desa code, whoever pays for them."""
    on = run.options.on
    facts_of = run.facts_of
    added = Counter(
        entry.row.desa_code
        for entry in run.entries
        if not any(
            record.active and record.covers(on, on)
            for record in facts_of[entry.application.row_id].view("bpjs").records
        )
    )
    residents = Counter(one.facts.application.desa_code or "" for one in run.assessed if one.survives)
    regency = run.options.policy.regency
    known = region.regency(regency)
    return coverage(
        region.villages(regency),
        before,
        added,
        given or from_lists(residents, on),
        known.name if known else regency,
    )


def summary(run: Run, table: CoverageTable) -> Summary:
    """Everything that the summary page shows, but the files that lie beside it."""
    options = run.options
    regency = region.regency(options.policy.regency)
    policy = options.policy
    return Summary(
        title=policy.title,
        regency=regency.name if regency else policy.regency,
        span=options.months,
        policy_id=policy.id,
        funnel=funnel(run),
        sources=tuple(
            SourceUse.of(
                source_title(selection.round.source, policy),
                selection,
                three,
                lambda line: line_name(line, policy),
            )
            for selection, three in zip(run.chosen.selections, run.chosen.answers, strict=True)
        ),
        coverage=table,
        roll_hash=run.roll_hash,
        screened_hash=run.screened_hash,
        incomplete=reason_counts(reasons(run, Outcome.INCOMPLETE)),
        refused=reason_counts(reasons(run, Outcome.REFUSE)),
        by_district=_by_district(run),
        by_group=_shares(run.entries, lambda e: e.row.group, lambda code: group_title(code, policy)),
        by_sex=_shares(run.entries, lambda e: e.row.sex, lambda code: _SEXES.get(code, code)),
        by_age=_by_age(run),
        registers=_registers(run),
        set_aside=tuple(
            AsideFile(one.file, one.error.message, one.error.todo) for one in run.read.intake.set_aside
        ),
        warnings=tuple(Attention(note) for note in run.read.notes),
        open_reviews=open_pairs(run),
        files=len(run.read.intake.read),
    )


def open_pairs(run: Run) -> int:
    """Pairs that wait for a person's decision, within the lists and against registers."""
    return sum(run.screening.outcomes.values()) - run.screening.confirmed


def _shares(
    entries: Iterable[RollEntry], key: Callable[[RollEntry], str], title: Callable[[str], str]
) -> tuple[Share, ...]:
    people: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for entry in entries:
        people[key(entry)] += 1
        money[key(entry)] += entry.row.amount_idr
    return tuple(Share(code, title(code), people[code], money[code]) for code in sorted(people))


def _by_district(run: Run) -> tuple[Share, ...]:
    """Every kecamatan of the regency, also those that sent nobody."""
    rows = Counter((one.facts.application.desa_code or "")[:8] for one in run.assessed)
    people: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for entry in run.entries:
        people[entry.row.desa_code[:8]] += 1
        money[entry.row.desa_code[:8]] += entry.row.amount_idr
    names = {one.code: one.name for one in region.districts(run.options.policy.regency)}
    codes = [*names, *sorted(set(rows) - set(names))]
    return tuple(
        Share(code, names.get(code, "Desa belum dikenal"), people[code], money[code], rows[code])
        for code in codes
    )


def _by_age(run: Run) -> tuple[Share, ...]:
    on = run.options.on
    ordered = sorted(run.entries, key=lambda entry: age(entry.row.birth_on, on))
    shares = _shares(
        ordered, lambda e: f"{age(e.row.birth_on, on):03d}|{age_band(age(e.row.birth_on, on))}", str
    )
    merged: dict[str, tuple[int, int]] = {}
    for share in shares:
        label = share.label.partition("|")[2]
        people, money = merged.get(label, (0, 0))
        merged[label] = people + share.chosen, money + share.amount_idr
    return tuple(Share(label, label, *sums) for label, sums in merged.items())


def _registers(run: Run) -> tuple[RegisterUse, ...]:
    return tuple(
        RegisterUse(REGISTERS[one.name].title, one.as_of, one.rows, one.kind is Kind.ANSWER)
        for one in run.read.snapshots
    )


def rt_figures(run: Run, findings: Iterable[Finding]) -> list[RtFigures]:
    """What became of each RT's rows, with its first faults by file and row."""
    of_row: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.row and finding.severity is not Severity.NOTE:
            of_row[finding.row_id].append(finding)
    by_rt: dict[tuple[str, str], list[Assessed]] = defaultdict(list)
    for one in run.assessed:
        application = one.facts.application
        by_rt[application.desa_code or "", application.rt or ""].append(one)
    chosen = {entry.application.row_id for entry in run.entries}
    return [_rt(run, key, rows, chosen, of_row) for key, rows in sorted(by_rt.items())]


def _rt(
    run: Run,
    key: tuple[str, str],
    rows: Sequence[Assessed],
    chosen: set[str],
    of_row: Mapping[str, Sequence[Finding]],
) -> RtFigures:
    desa_code, rt = key
    place = region.desa(desa_code) if desa_code else None
    people = [one for one in rows if one.survives]
    faults = [
        FaultLine(finding.source, finding.row, _fault_title(finding.code))
        for one in rows
        for finding in of_row.get(one.facts.application.row_id, ())
    ]
    awarded = sum(one.facts.application.row_id in chosen for one in people)
    return RtFigures(
        desa_code=desa_code,
        desa=place.name if place else "",
        district=place.district if place else "",
        rt=rt,
        span=run.options.months,
        listed=len(rows),
        chosen=awarded,
        waiting=sum(bool(one.sources) for one in people) - awarded,
        to_fix=sum(one.decision.outcome is Outcome.INCOMPLETE for one in people),
        refused=sum(one.decision.outcome is Outcome.REFUSE for one in people),
        duplicates=len(rows) - len(people),
        faults=tuple(faults[:_FAULTS_SHOWN]),
        fault_count=len(faults),
    )


def _fault_title(code: str) -> str:
    """A short name for a finding of reading, or for a reason that an RT can do something about."""
    return TITLES.get(code) or CODES[code].rstrip(".")


def members_before(rows: Iterable[tuple[str | None, str | None, bool]], regency: str) -> dict[str, int]:
    """Members by desa code, once each: `rows` are (NIK, desa code with dots, covered on the day)."""
    seen: set[str] = set()
    found: Counter[str] = Counter()
    for number, desa, covered in rows:
        here = not desa or desa.startswith(f"{regency}.")
        if not covered or not here or (number and number in seen):
            continue
        seen.add(number or "")
        found[desa or ""] += 1
    return dict(found)
