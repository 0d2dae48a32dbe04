"""`python -m ui` is the `wenbao` command."""

from ui.cli import main

main()
