"""One line per figure: what was promised, what was measured, and whether the promise holds."""

from dataclasses import dataclass, field


@dataclass
class Report:
    missed: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        print(text, flush=True)

    def at_most(self, what: str, measured: float, promised: float, unit: str = "x") -> None:
        self._line(what, measured, f"at most {promised:g}{unit}", unit, measured <= promised)

    def at_least(self, what: str, measured: float, promised: float, unit: str = "x") -> None:
        self._line(what, measured, f"at least {promised:g}{unit}", unit, measured >= promised)

    def _line(self, what: str, measured: float, promise: str, unit: str, holds: bool) -> None:
        verdict = "holds" if holds else "FALLS SHORT"
        print(f"{what:<58} {measured:>10.2f}{unit:<4} {promise:<18} {verdict}", flush=True)
        if not holds:
            self.missed.append(what)
