"""How pixels lie in memory, what is known of them, how large a patch is: what every room agrees on."""

__all__ = [
    "BARRED",
    "CHANNELS",
    "COLOURS",
    "FULL_COVER",
    "FULL_WEIGHT",
    "HOLE",
    "KNOWN",
    "RADIUS",
    "SIDE",
]

#: Bytes per pixel: three colours and one more (alpha, or texture strength).
COLOURS = 3
CHANNELS = 4
#: A pixel's state: known and usable, to be filled, or known but never to be copied.
KNOWN, HOLE, BARRED = 0, 1, 2
#: Cover of a pixel that is wholly known.
FULL_COVER = 255
#: A patch reaches this many pixels from its centre in every direction; its side follows.
RADIUS = 3
SIDE = 2 * RADIUS + 1
#: Weight of a pixel that is known. 49 pixels of four channels that differ by 255 stay below 2**31 with it.
FULL_WEIGHT = 64
