"""What `seeded.toml` lists: small defects, each with the test that must fail because of it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

LAYER = "layers/licensing/python/licensing"
FAULTS = "tests/faults/test_faults.py::test_a_single_fault_leaves_every_invariant_whole"


@dataclass(frozen=True)
class Defect:
    """A textual change and who must notice it."""

    what: str
    file: str
    before: str
    after: str
    test: str
    equivalent: str = ""

    @classmethod
    def read(cls, *, fault: str = "", **given: Any) -> Self:
        """Return the defect that an entry of the list describes."""
        if fault:
            given["test"] = f"{FAULTS}[{fault}]"
        return cls(**given)

    @property
    def path(self) -> str:
        return self.file if self.file.startswith("layers/") else f"{LAYER}/{self.file}"


DEFECTS = [
    Defect.read(**entry)
    for entry in tomllib.loads(Path(__file__).with_suffix(".toml").read_text())["defect"]
]
