"""How a coalition ends: two ask for it, everybody hears of it, and a week later all of it goes."""
