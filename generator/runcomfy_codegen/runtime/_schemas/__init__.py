"""Reading published schemas, for both of their readers: the generator and the emulator."""
