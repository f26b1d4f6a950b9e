"""Where the local cloud keeps its things, and the environment that its tools run in."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
STACK_NAME = "clinic-license-manager"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@dataclass(frozen=True)
class Place:
    """One local cloud: its folder and its port. Two of them run side by side."""

    folder: Path
    port: int

    @property
    def temporary(self) -> Path:
        """The folder for everything that may be deleted at any stop."""
        return self.folder / "tmp"

    @property
    def stack_file(self) -> Path:
        """The file that tells clients the addresses, the names and the demo sign-ins."""
        return self.folder / "stack.json"

    @property
    def process_file(self) -> Path:
        """The file that tells which process to stop, and by which key it is called."""
        return self.folder / "ministack.json"

    @property
    def page_url(self) -> str:
        """The address of page and API. MiniStack tells it from its own by the host's name."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint_url(self) -> str:
        """The address of the AWS services."""
        return f"http://localhost:{self.port}"

    @property
    def mail_port(self) -> int:
        """The port that takes mail in by SMTP."""
        return self.port + 1

    def keys(self) -> dict[str, str]:
        """Return the key that this start of the local cloud takes, by its names in environments."""
        try:
            started = json.loads(self.process_file.read_text())
        except FileNotFoundError:
            started = {}
        return {name: started.get(name, "none") for name in KEYS}

    def log(self, step: str) -> Path:
        """Return the file that keeps what a step's tool says."""
        return self.folder / f"{step}.log"

    def environment(self) -> Mapping[str, str]:
        """Return the environment for tools: nothing of the caller's AWS settings gets through."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            **self.keys(),
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(self.folder / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "no-credentials"),
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SAM_CLI_TELEMETRY": "0",
            # How often it asks whether a deployment is ready; every 5 s would be half the start.
            "SAM_CLI_POLL_DELAY": "0.5",
            "SAM_CLI_CHECK_LATEST_VERSION": "0",
            # Where SAM notes its own settings, else in the home folder.
            "__SAM_CLI_APP_DIR": str(self.folder / "sam"),
            "TMPDIR": str(self.temporary),
        }


def tool(name: str) -> str:
    """Return the path of a command of this virtual environment."""
    return str(Path(sys.executable).parent / name)
