"""A machine in the forms that people keep; each is a file, and loaded when it is asked for."""
