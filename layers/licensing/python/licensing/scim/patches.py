"""PATCH: what becomes of a resource by a list of operations (RFC 7644, 3.5.2)."""

from collections.abc import Mapping
from typing import Any

from licensing.scim.errors import ScimError
from licensing.scim.filters import Filter, PatchPath, read_path
from licensing.scim.schemas import PRIVATE, Named, attribute_named, is_not_kept

MOST_OPERATIONS = 100

Resource = dict[str, Any]


def patched(resource: Resource, body: Mapping[str, Any]) -> Resource:
    """Return the attributes that the operations speak of as they are after them.

    What they remove is ``None``. Raises ScimError.
    """
    operations = next((of for name, of in body.items() if name.lower() == "operations"), None)
    if not isinstance(operations, list) or not 1 <= len(operations) <= MOST_OPERATIONS:
        raise ScimError(
            f"Operations must be a list of 1 to {MOST_OPERATIONS} operations.", "invalidSyntax"
        )
    now, touched = dict(resource), set[str]()
    for operation in operations:
        verb, path, value = _read(operation)
        if path is not None:
            touched |= _change(now, verb, read_path(path), value)
        elif verb == "remove":
            raise ScimError("A remove operation needs a path.", "noTarget")
        elif not isinstance(value, dict):
            raise ScimError("Without a path, the value must be an object.", "invalidValue")
        else:
            for name, inner in value.items():
                # Who sends a whole resource repeats what nobody can change.
                if not _is_fixed(attribute_named(name)):
                    touched |= _change(now, verb, read_path(name), inner)
    return {name: now.get(name) for name in touched}


def _read(operation: Any) -> tuple[str, str | None, Any]:
    """Return verb, path and value; providers write ``Add`` and ``Replace`` in any case."""
    if not isinstance(operation, dict):
        raise ScimError("Each operation must be an object.", "invalidSyntax")
    parts = {name.lower(): value for name, value in operation.items()}
    verb, path = parts.get("op"), parts.get("path")
    if not isinstance(verb, str) or verb.lower() not in ("add", "replace", "remove"):
        raise ScimError("op must be add, replace or remove.", "invalidSyntax")
    if path is not None and not isinstance(path, str):
        raise ScimError("A path must be text.", "invalidPath")
    return verb.lower(), path or None, parts.get("value")


def _change(now: Resource, verb: str, path: PatchPath, value: Any) -> set[str]:
    """Carry out one operation, and return the attribute that it speaks of if it is kept here."""
    full = f"{path.name}.{path.part}" if path.part else path.name
    named = attribute_named(full)
    if named is None:
        if is_not_kept(full):
            return set()
        raise ScimError(f"Users have no attribute {full}; /Schemas lists them.", "invalidPath")
    if _is_fixed(named):
        raise ScimError(f"{full} cannot be changed.", "mutability")
    if verb == "remove" and path.among is not None and not _any(now, named, path.among):
        return set()
    if verb == "remove" and named.attribute.required:
        raise ScimError(f"A user must have {full}. Replace it instead.", "mutability")
    name = named.place[0]
    if name == "emails":
        emails = _emails(now.get(name), verb, path, named, value)
        if emails is None:
            return set()
        now[name] = emails
    elif len(named.place) == 2:
        now[name] = {**(now.get(name) or {}), named.place[1]: None if verb == "remove" else value}
    elif named.attribute.parts and value is not None and verb != "remove":
        now[name] = {**(now.get(name) or {}), **_parts(name, value)}
    else:
        now[name] = None if verb == "remove" else value
    return {name}


def _is_fixed(named: Named | None) -> bool:
    return named is not None and named.place[0] in ("id", "schemas", "meta")


def _parts(name: str, value: Any) -> Resource:
    """Return the parts of an attribute by their published names; others are left out."""
    if not isinstance(value, dict):
        raise ScimError(f"{name} must be an object.", "invalidValue")
    separator = ":" if name.startswith("urn:") else "."
    found = {attribute_named(f"{name}{separator}{part}"): of for part, of in value.items()}
    return {named.place[1]: of for named, of in found.items() if named is not None}


def _emails(
    present: Any, verb: str, path: PatchPath, named: Named, value: Any
) -> list[dict[str, Any]] | None:
    """Return the addresses with the new one; a user has one, so that the last one counts.

    None where that is not for work: only the address for work is kept.
    """
    entries = [entry for entry in present or () if isinstance(entry, dict)]
    part = named.place[1] if len(named.place) == 2 else None
    if part is None and path.among is None:
        new = [_email(entry) for entry in (value if isinstance(value, list) else [value])]
        if verb != "add":
            return new
        # What is added is for work if nothing else is said, and no less primary than the other.
        before = [of | {"primary": None} if of.get("primary") else of for of in entries]
        return before + [{"type": "work", **entry} for entry in new]
    changed = {part: value} if part else _email(value)
    among = path.among or (lambda _: True)
    if any(among(entry) for entry in entries):
        return [{**entry, **changed} if among(entry) else entry for entry in entries]
    # Providers add what is not there yet by the path that it will have.
    added: dict[str, Any] = {"type": "work", "primary": True, **changed}
    if among(added):
        return [*entries, added]
    if any(among(added | {"type": kind}) for kind in PRIVATE):
        return None
    raise ScimError("The user has no email that this filter means.", "noTarget")


def _any(now: Resource, named: Named, among: Filter) -> bool:
    """Return whether one of an attribute's values is meant."""
    values = now.get(named.place[0])
    return isinstance(values, list) and any(map(among, values))


def _email(value: Any) -> dict[str, Any]:
    """Return an address with the published names of its parts."""
    if not isinstance(value, dict):
        return {"value": value}
    return {name.lower(): of for name, of in value.items()}
