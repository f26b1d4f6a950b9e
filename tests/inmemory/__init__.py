"""AWS in this process, for tests that make more calls than an emulator can answer."""
