"""The page of the matrix: what it shows, and where the coalition's lights are agreed."""
