"""What of this step can be proposed."""

from payung.eligibility import export_services

__all__ = ["export_services"]
