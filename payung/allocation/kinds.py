"""What of this step can be proposed, and what goes through a chain: found by `payung.approval` when the office starts."""

from payung.allocation import freeze_kinds, precheck_services

__all__ = ["freeze_kinds", "precheck_services"]
