"""How far the service grows: what is measured, what is reckoned, and what is simulated."""
