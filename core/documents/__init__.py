"""Reports: a neutral Document, and a writer for each form that people ask for. README.md shows how."""
