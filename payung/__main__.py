"""`python -m payung` is the command `payung`."""

from payung.cli import main

main()
