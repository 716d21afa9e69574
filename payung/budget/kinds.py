"""What of this step can be proposed."""

from payung.budget import ceiling_services

__all__ = ["ceiling_services"]
