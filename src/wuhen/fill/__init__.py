"""Fill holes in photographs: arrays in, arrays out."""
