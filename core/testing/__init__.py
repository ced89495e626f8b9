"""What tests stand on: databases, a browser, invented people. It travels in the wheel, for plugins' authors."""
