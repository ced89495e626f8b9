"""Which ministry of Meridia answers for what: the decree of portfolios, as the coalition reads it."""

PORTFOLIOS = {
    "Ministry of Justice": ("judge", "court", "law", "prison"),
    "Ministry of Education": ("school", "teacher", "child"),
    "Ministry of Health": ("health", "hospital", "doctor"),
}


def ministries_for(text: str) -> list[str]:
    """The ministries whose words stand in a recommendation; empty where none does."""
    words = text.lower()
    return [ministry for ministry, signs in PORTFOLIOS.items() if any(sign in words for sign in signs)]
