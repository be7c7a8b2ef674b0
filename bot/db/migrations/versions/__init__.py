"""One module for each step; never edited once it has been released."""
