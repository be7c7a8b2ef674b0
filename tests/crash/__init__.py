"""The crash test: replicas as processes of their own, killed at random moments."""
