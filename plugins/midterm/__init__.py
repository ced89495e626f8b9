"""The mid-term report: shared out, assessed organisation by organisation, agreed, and written out as the annex."""
