"""What readers look at for themselves: the App Home, and what is kept of them."""
