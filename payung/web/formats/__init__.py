"""How numbers and dates are written and read, the same in every language: a date is never month before day."""
