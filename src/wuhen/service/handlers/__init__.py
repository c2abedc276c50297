"""The handlers of the actions: each takes an `AdmittedCall` and returns what was `Handled`."""
