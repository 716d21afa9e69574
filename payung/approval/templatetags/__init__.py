"""Tags of the pages of approval."""
