"""Where the app is installed: tokens, who may hold them, and what follows an end."""
