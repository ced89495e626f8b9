"""`python -m core` is the command `commonweal`."""

from core.cli import main

main()
