"""PNG: chunks, samples, and results that keep palettes and filters."""
