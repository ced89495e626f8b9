"""What stands at the addresses of a coalition's own pages, for the access machine."""

FACTORIES = {
    "seat": lambda cast: cast.member.seat,
    "plugin": lambda cast: {"name": "recommendations"},
}
