"""Who can be chosen in a round, read back from where it lies sealed.

What is kept in a process has no name and no number in it; who the people are is read anew whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from payung.allocation import files
from payung.allocation.files import Prepared
from payung.allocation.models import AllocationRound
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.vault.files import read_sealed
from payung.vault.stored import stored

__all__ = ["Prepared", "applications_of", "found_in", "opened", "prepared_of"]


def prepared_of(round_: AllocationRound) -> Prepared:
    """The candidates of a round, kept in this process. PayungError where they are not ready or not as they were."""
    if not round_.prepared_at:
        raise PayungError(
            "Calon putaran ini masih disiapkan.", todo="Tunggu sampai selesai, lalu muat halaman ini lagi."
        )
    return opened(round_.candidates_file, round_.candidates_hash)


@lru_cache(maxsize=2)
def opened(path: str, digest: str) -> Prepared:
    """The candidates that lie sealed at `path`, where they still have this hash."""
    return files.read(read_sealed(stored(path)), expect=digest)


def applications_of(
    round_: AllocationRound, row_ids: Collection[str] | None = None
) -> Mapping[str, Application]:
    """Who the candidates are, as they were screened, by row id: those asked for, or everybody. Never kept."""
    return files.read_people(read_sealed(stored(round_.candidates_file)), row_ids)


def found_in(round_: AllocationRound, fits: Callable[[Application], bool]) -> set[str]:
    """The row ids of the candidates whom `fits` lets through."""
    return files.find_people(read_sealed(stored(round_.candidates_file)), fits)
