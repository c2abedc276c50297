"""Reading numbers of so many bits, as the headers of video codecs have them."""

__all__ = ["Bits"]

_LONGEST = 32  # zeros that a number may begin with


class Bits:
    """Bits from the front, the highest of each byte first; reading behind the end raises `IndexError`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, count: int) -> int:
        """Return the number in the next bits."""
        end = self._at + count
        if end > 8 * len(self._data):
            raise IndexError
        first, last = self._at // 8, -(-end // 8)
        value = int.from_bytes(self._data[first:last], "big") >> (8 * last - end)
        self._at = end
        return value & ((1 << count) - 1)

    def flag(self) -> bool:
        """Return whether the next bit is set."""
        return bool(self.read(1))

    def golomb(self) -> int:
        """Return a number that says its length in zeros: Exp-Golomb, ``ue(v)`` and ``uvlc()``."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > _LONGEST:
                raise IndexError
        return (1 << zeros) - 1 + self.read(zeros)
