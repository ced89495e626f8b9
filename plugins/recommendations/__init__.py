"""The recommendations of the reviews of one coalition: in, listed, with their positions, out."""
