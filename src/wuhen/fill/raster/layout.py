"""How pixels lie in memory, and how large a patch is: what every room of the fill agrees on."""

__all__ = ["CHANNELS", "FULL_WEIGHT", "RADIUS", "SIDE"]

#: Bytes per pixel: three colours and one more (alpha, or texture strength).
CHANNELS = 4
#: A patch reaches this many pixels from its centre in every direction; its side follows.
RADIUS = 3
SIDE = 2 * RADIUS + 1
#: Weight of a pixel that is known. 49 pixels of four channels that differ by 255 stay below 2**31 with it.
FULL_WEIGHT = 64
