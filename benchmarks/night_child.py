"""One measured night: reconciles clinics that are all alike, and tells what that took.

Run as `night_child.py IMPORT_PATHS MODULE SCENE CLINICS`. The scene (a JSON file, see nights.py)
holds one clinic's items, from which answers are made as they are asked for. The tests' table would
hold all 480,000 items of 40,000 clinics in the process whose peak of memory is a figure, and answer
in botocore's place, whose reading of the wire is most of a night's work. Writes as JSON: the CPU
nanoseconds without those that making the answers took, the read units, the peak of memory in
kilobytes, the operations that were called, the handler's answer.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

# The interpreter is started without any path of ours.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120

from benchmarks.child import Context, Raw, answer_by, load

del sys.path[0]

Item = dict[str, Any]

PAGE = 1_048_576
READ_UNIT = 4096
KEYS_ONLY = 100
"""About the bytes of an entry in an index."""


class Table:
    """A table of so many clinics, each a copy of one.

    A page ends between two clinics; the product reads the last one again all the same.
    """

    def __init__(self, scene: dict[str, Any], clinics: int) -> None:
        self._original = scene["clinic_id"]
        self._items: list[Item] = scene["items"]
        self._sizes: dict[str, int] = scene["sizes"]
        self._clinics = clinics
        self._a_page = max(1, PAGE // sum(self._sizes.values()))
        self._texts: dict[Any, str] = {}
        self.read_units = 0.0
        self.called: Counter[str] = Counter()

    def answer(self, operation: str, request: dict[str, Any]) -> str:
        """Return the answer as it comes off the wire."""
        self.called[operation] += 1
        match operation:
            case "BatchGetItem":
                return self._load(request)
            case "Query":
                return self._query(request)
            case "Scan" if "IndexName" in request:
                return self._index(request)
            case "Scan":
                return self._scan(request)
            case "TransactWriteItems":
                return "{}"
        raise LookupError(f"a night does not call {operation}")

    def _load(self, request: dict[str, Any]) -> str:
        ((table, wanted),) = request["RequestItems"].items()
        found = []
        for key in wanted["Keys"]:
            chosen = [item for item in self._items if item["sk"] == key["sk"]]
            if key["pk"]["S"].startswith("CLINIC#") and chosen:
                found.append(self._copies(chosen, wanted, [key["pk"]["S"]]))
            self._charge(self._sizes.get(key["sk"]["S"], 1), wanted)
        return f'{{"Responses": {{"{table}": [{",".join(found)}]}}, "UnprocessedKeys": {{}}}}'

    def _query(self, request: dict[str, Any]) -> str:
        values = request["ExpressionAttributeValues"]
        partition, begins = values[":pk"]["S"], values.get(":sk", {"S": ""})["S"]
        if not partition.startswith("CLINIC#"):
            return '{"Items": []}'
        chosen = [item for item in self._items if item["sk"]["S"].startswith(begins)]
        chosen = chosen[: request.get("Limit")]
        self._charge(sum(self._sizes[item["sk"]["S"]] for item in chosen), request)
        return f'{{"Items": [{self._copies(chosen, request, [partition])}]}}'

    def _scan(self, request: dict[str, Any]) -> str:
        left_out = tuple(
            value["S"] for value in request.get("ExpressionAttributeValues", {}).values()
        )
        chosen = [item for item in self._items if not item["sk"]["S"].startswith(left_out)]
        numbers = self._behind(request, self._a_page)
        self._charge(len(numbers) * sum(self._sizes.values()), request)
        partitions = [f"CLINIC#clinic-{number:011}" for number in numbers]
        items = self._copies(chosen, request, partitions)
        return f'{{"Items": [{items}]{self._end(numbers, self._items[-1]["sk"]["S"])}}}'

    def _index(self, request: dict[str, Any]) -> str:
        numbers = self._behind(request, PAGE // KEYS_ONLY)
        self._charge(len(numbers) * KEYS_ONLY, request)
        items = ",".join(
            f'{{"pk": {{"S": "CLINIC#clinic-{number:011}"}}, "sk": {{"S": "CLINIC"}}, '
            f'"clinic_id": {{"S": "clinic-{number:011}"}}}}'
            for number in numbers
        )
        return f'{{"Items": [{items}]{self._end(numbers, "CLINIC")}}}'

    def _behind(self, request: dict[str, Any], most: int) -> range:
        start = request.get("ExclusiveStartKey")
        first = 0 if start is None else int(start["pk"]["S"].rpartition("-")[2]) + 1
        return range(first, min(first + most, self._clinics))

    def _end(self, numbers: range, sort: str) -> str:
        if numbers.stop >= self._clinics:
            return ""
        last = f'{{"pk": {{"S": "CLINIC#clinic-{numbers[-1]:011}"}}, "sk": {{"S": "{sort}"}}}}'
        return f', "LastEvaluatedKey": {last}'

    def _copies(self, items: list[Item], request: dict[str, Any], of: Iterable[str]) -> str:
        names = tuple(request.get("ExpressionAttributeNames", {}).values())
        wanted = names if "ProjectionExpression" in request else None
        known = wanted, *(item["sk"]["S"] for item in items)
        if known not in self._texts:
            kept = [
                {name: value for name, value in item.items() if wanted is None or name in wanted}
                for item in items
            ]
            self._texts[known] = json.dumps(kept, separators=(",", ":"))[1:-1]
        text = self._texts[known]
        return ",".join(text.replace(self._original, name.partition("#")[2]) for name in of)

    def _charge(self, size: int, request: Mapping[str, Any]) -> None:
        self.read_units += -(-size // READ_UNIT) * (1 if request.get("ConsistentRead") else 0.5)


class NightContext(Context):
    """An invocation with enough time for the whole night."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return a time that is always enough."""
        return 900_000


def answer_from(table: Table, spent: list[int]) -> None:
    """Let botocore's HTTP layer answer from the table; ``spent`` adds up what that takes."""

    def reply(operation: str, body: str) -> tuple[int, Raw]:
        begun = time.process_time_ns()
        raw = Raw(table.answer(operation, json.loads(body)))
        spent.append(time.process_time_ns() - begun)
        return 200, raw

    answer_by(reply)


def peak_kilobytes() -> int:
    """Return the most memory that this process held at a time.

    Not what getrusage tells: that begins with the memory of the parent process.
    """
    with open("/proc/self/status") as file:  # noqa: PTH123  as in child.py
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))


def main() -> None:
    """Reconcile, and tell what it took."""
    paths, name, scene_file, clinics = sys.argv[1:]
    handler = load(paths, name).lambda_handler
    with open(scene_file) as file:  # noqa: PTH123  as in child.py
        scene = json.load(file)
    table = Table(scene, int(clinics))
    spent: list[int] = []
    answer_from(table, spent)
    results = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    begun = time.process_time_ns()
    answer = handler(scene["event"], NightContext)
    cpu_ns = time.process_time_ns() - begun - sum(spent)
    told = {
        "cpu_ns": cpu_ns,
        "read_units": table.read_units,
        "peak_kilobytes": peak_kilobytes(),
        "called": table.called,
        "answer": answer,
    }
    results.write(json.dumps(told))
    results.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
