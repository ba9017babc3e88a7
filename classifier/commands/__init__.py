"""Groups of commands, a module each; they call rooms, which are imported when a command needs them."""
