"""HEIC and AVIF: boxes, headers of the video codecs in them, colours and samples."""
