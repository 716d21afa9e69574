"""What screening lets be proposed: found by `payung.approval` when the office starts."""

from payung.screening import exchange_services, removal_services

__all__ = ["exchange_services", "removal_services"]
