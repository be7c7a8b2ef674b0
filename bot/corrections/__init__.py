"""Who was shown which wording, so that a correction can reach them."""
