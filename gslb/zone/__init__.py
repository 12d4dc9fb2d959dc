"""Zone data: master files to a frozen tree, and what a look-up in it finds."""
