"""`python -m core` is the command `commonweal`."""

from core.commands import main

main()
