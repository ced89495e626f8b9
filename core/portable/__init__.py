"""A coalition in one file: taken out of one instance, and brought into another with nothing lost."""
