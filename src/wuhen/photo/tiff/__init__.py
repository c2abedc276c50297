"""TIFF: directories, strips and tiles, and results that keep what nothing touched."""
