"""Payung: insure a regency's vulnerable workers, from neighbourhood lists to a signed roll."""

__version__ = "0.1.0"
