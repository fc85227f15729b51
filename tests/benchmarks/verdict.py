"""What a benchmark should reach, beside what was measured."""

from dataclasses import asdict, dataclass

from tests.benchmarks.rounds import Spread


@dataclass(frozen=True)
class Verdict:
    """One bound. ``at_least`` turns "at most" round; ``figures`` say what a ratio was made of.

    What is ``exact`` was counted, not timed: one look is enough to judge it.
    """

    what: str
    measured: Spread
    bound: float
    at_least: bool = False
    figures: str = ""
    exact: bool = False

    @property
    def met(self):
        if self.at_least:
            return self.measured.middle >= self.bound
        return self.measured.middle <= self.bound

    @property
    def clearly_missed(self):
        """Beyond the bound by more than the spread."""
        if self.at_least:
            return self.measured.middle + self.measured.half_width < self.bound
        return self.measured.middle - self.measured.half_width > self.bound

    @property
    def text(self):
        if self.met:
            return "met"
        return "MISSED" if self.clearly_missed else "missed, by less than the spread"

    @property
    def summary(self):
        """For a file."""
        return asdict(self) | {"verdict": self.text}
