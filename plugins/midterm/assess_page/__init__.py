"""The pages on which an organisation's people set its lights: the list, and one at a time."""
