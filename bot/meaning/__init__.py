"""Sentence vectors: who makes them, where they are kept, how a question meets them."""
