"""Imports handlers with nothing but the built layers on the path, and tells what came of each.

Run as `probe_handlers.py LAYER...` with the handlers' files and environments as JSON on standard
input; prints JSON: of each its modules and its routes. Each is imported in a process of its own,
which has what all of them import already.
"""

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    # As on Lambda: the layers and the standard library, no site-packages.
    sys.path[:0] = sys.argv[1:]
    before = set(sys.modules)
    importlib.import_module("licensing.adapters.store")
    told = {}
    for name, (handler, environment) in json.load(sys.stdin).items():
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.environ.update(environment)
            with os.fdopen(writing, "w") as output:
                json.dump(described(Path(handler), before), output)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            told[name] = json.load(answer)
        os.waitpid(child, 0)
    json.dump(told, sys.stdout)


def described(handler: Path, before: set[str]) -> dict[str, Any]:
    """Import a handler and return what there is to tell."""
    spec = importlib.util.spec_from_file_location("handler", handler)
    if spec is None or spec.loader is None:
        sys.exit(f"no module at {handler}")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(handler.parent))
    spec.loader.exec_module(module)
    app = getattr(module, "app", None)
    routes = [] if app is None else [*app._static_routes, *app._dynamic_routes]
    return {
        "callable": callable(module.lambda_handler),
        "modules": sorted(set(sys.modules) - before),
        "routes": sorted(
            (method, route.path)
            for route in routes
            for method in ([route.method] if isinstance(route.method, str) else route.method)
        ),
    }


if __name__ == "__main__":
    main()
