"""When digests are due, for whom, and what each of them says."""
