"""What the bot does for people, behind interfaces that the edges implement."""
