"""What of this step can be proposed: found by `payung.approval` when the office starts."""

from payung.allocation import precheck_services

__all__ = ["precheck_services"]
