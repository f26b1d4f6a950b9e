"""Imports one handler with nothing but the built layers on the path, and tells what came of it.

Run as `probe_handler.py HANDLER LAYER...`; prints JSON: the modules, the routes.
"""

import importlib.util
import json
import sys
from pathlib import Path


def main() -> None:
    """Import the handler and describe it."""
    handler, *layers = sys.argv[1:]
    # As on Lambda: the layers and the standard library, no site-packages.
    sys.path[:0] = layers
    spec = importlib.util.spec_from_file_location("handler", handler)
    if spec is None or spec.loader is None:
        sys.exit(f"no module at {handler}")
    module = importlib.util.module_from_spec(spec)
    before = set(sys.modules)
    sys.path.insert(0, str(Path(handler).parent))
    spec.loader.exec_module(module)
    app = getattr(module, "app", None)
    routes = [] if app is None else [*app._static_routes, *app._dynamic_routes]
    sys.stdout.write(
        json.dumps(
            {
                "callable": callable(module.lambda_handler),
                "modules": sorted(set(sys.modules) - before),
                "routes": sorted(
                    (method, route.path)
                    for route in routes
                    for method in (
                        [route.method] if isinstance(route.method, str) else route.method
                    )
                ),
            }
        )
    )


if __name__ == "__main__":
    main()
