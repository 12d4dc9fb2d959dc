"""A monotonic clock that moves only when a test says so."""


class FakeClock:
    """Called like `time.monotonic`: seconds as a float, never going back."""

    def __init__(self, start: float = 1_000.0) -> None:
        self._now = start

    def __call__(self) -> float:
        return self._now

    def advance(self, seconds: float) -> float:
        """Move on by `seconds` (zero or more) and return the new time."""
        if seconds < 0:
            raise ValueError(f"a monotonic clock does not go back ({seconds} s)")
        self._now += seconds
        return self._now

    def advance_to(self, moment: float) -> float:
        """Move on to `moment`, such as the `wake_at` that a step returned, and return it."""
        return self.advance(moment - self._now)
