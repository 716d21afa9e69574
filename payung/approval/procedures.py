"""The procedure of the regency in which we work."""

from __future__ import annotations

from payung.core.scope import required
from payung.database.models import Regency
from payung.policy.procedure import Procedure, load_procedure


def procedure_in_force() -> Procedure:
    """Chains, instruments and terms of the current scope's regency. PayungError(Exit.POLICY) with file and line."""
    regency: Regency = Regency.objects.get(code=required().regency)
    return load_procedure(regency.procedure)
