"""From a person's words to an answer, a refusal, or a word to the curators."""
