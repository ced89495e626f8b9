"""What stands at the addresses of the theme, for the access machine."""

FACTORIES = {"sheet": lambda cast: {"filename": "theme.css"}}
