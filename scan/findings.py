"""What scanners find, and which of it is suppressed for a reason."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SUPPRESSED = Path(__file__).parent / "suppressed.toml"
MOST_SUPPRESSED = 12


@dataclass(frozen=True)
class Finding:
    """A check that failed: by which rule, on which resource or in which file."""

    scanner: str
    rule: str
    where: str
    text: str


@dataclass(frozen=True)
class Result:
    """What one scanner says of one target."""

    scanner: str
    target: str
    passed: int
    unit: str
    findings: tuple[Finding, ...]
    seconds: float


@dataclass(frozen=True)
class Suppression:
    """A rule that is not followed, where, and why."""

    scanner: str
    rule: str
    on: tuple[str, ...]
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether the finding is one of those that the reason is for."""
        return (self.scanner, self.rule) == (finding.scanner, finding.rule) and any(
            fnmatchcase(finding.where, pattern) for pattern in self.on
        )


def suppressions() -> list[Suppression]:
    """Return what suppressed.toml lists."""
    listed = tomllib.loads(SUPPRESSED.read_text())["suppressed"]
    return [
        Suppression(it["scanner"], it["rule"], tuple(it["on"]), it["reason"].strip())
        for it in listed
    ]


def misuses(listed: list[Suppression], findings: list[Finding]) -> list[str]:
    """Return what is wrong with the list itself."""
    wrong = [
        f"suppressed.toml: {it.scanner} {it.rule} has no reason" for it in listed if not it.reason
    ]
    for it in listed:
        for pattern in it.on:
            alone = Suppression(it.scanner, it.rule, (pattern,), it.reason)
            if not any(alone.covers(finding) for finding in findings):
                wrong.append(f"suppressed.toml: {it.scanner} {it.rule} finds nothing on {pattern}")
    if len({(it.scanner, it.rule) for it in listed}) > MOST_SUPPRESSED:
        wrong.append(f"suppressed.toml: more than {MOST_SUPPRESSED} rules")
    return wrong
