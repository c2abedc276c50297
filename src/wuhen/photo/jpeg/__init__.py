"""JPEG: segments, coefficients, and results that keep every block that nothing touched."""
