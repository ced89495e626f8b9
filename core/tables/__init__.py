"""Tables of other people: sheets as text, a mapping of their columns to our fields, and the profile that keeps it."""
