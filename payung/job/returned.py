"""What goes back to the RT: for every row its result, for every cell what is wrong with it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from payung.core.decision import Outcome
from payung.core.finding import Finding
from payung.eligibility.assessment import Assessed, cell_findings
from payung.eligibility.codes import CODES
from payung.enrolment.explain import blocking_reasons, status_words
from payung.intake.lists import ReadList
from payung.intake.marked import ALREADY_THERE, GOOD, marks_of, result_text
from payung.intake.marks import WorkbookMarks
from payung.job.run import Run


def findings_of(run: Run) -> list[Finding]:
    """All findings of the run: those of reading, then those of screening and assessing, in the order of rows."""
    return [*run.read.intake.findings, *cell_findings(run.assessed)]


def marks(run: Run, findings: list[Finding]) -> Iterator[tuple[ReadList, WorkbookMarks]]:
    """Each list with its marks."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_file[finding.source].append(finding)
    results, repeated = _results(run, by_file)
    for read in run.read.intake.read:
        made = marks_of(
            read,
            by_file.get(read.file, ()),
            results,
            already_there=repeated,
            policy=run.options.policy,
        )
        yield read, replace(made, titles={**CODES, **made.titles})


def _results(run: Run, by_file: Mapping[str, list[Finding]]) -> tuple[dict[str, str], frozenset[str]]:
    """What stands under HASIL by row id, and the rows that only repeat a person."""
    of_row: dict[str, list[Finding]] = defaultdict(list)
    for found in by_file.values():
        for finding in found:
            if finding.row:
                of_row[finding.row_id].append(finding)
    chosen = {entry.application.row_id: entry.span.in_words for entry in run.entries}
    waiting = run.chosen.waiting
    facts_of = run.facts_of
    results, repeated = {}, set()
    for one in run.assessed:
        row_id = one.facts.application.row_id
        mend = result_text(of_row.get(row_id, ()))
        if one.facts.duplicate_of is not None:
            kept = facts_of[one.facts.duplicate_of].application
            repeated.add(row_id)
            results[row_id] = f"{ALREADY_THERE}: orang yang sama tercatat di {kept.file} baris {kept.row}"
        elif row_id in chosen:
            results[row_id] = _joined(f"Ditetapkan untuk {chosen[row_id]}", mend)
        elif row_id in waiting:
            results[row_id] = _joined(f"Daftar tunggu nomor {waiting[row_id][1].place}", mend)
        else:
            results[row_id] = _joined(_why(one), mend)
    return results, frozenset(repeated)


def _joined(status: str, mend: str) -> str:
    return status if mend == GOOD else f"{status.rstrip('.')}. {mend}"


def _why(one: Assessed) -> str:
    status = status_words(one.decision)
    if one.decision.outcome is not Outcome.INCOMPLETE:
        return status
    said = " ".join(dict.fromkeys(reason.message for reason in blocking_reasons(one.decision)))
    return f"{status}: {said}"
