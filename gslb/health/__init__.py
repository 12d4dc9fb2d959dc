"""What we believe: observations to machines, quorum and verdicts."""
