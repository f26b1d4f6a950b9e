"""What a clinic must do, in as few lines as it takes: no time, no money, no storage."""

from dataclasses import dataclass, field

Lines = tuple[tuple[str, int], ...]
"""License types, each with what is added (or removed, below zero)."""


@dataclass
class Person:
    """A user of the clinic."""

    kind: str
    active: bool = False
    manages: bool = False


@dataclass
class Model:
    """A clinic; each action returns the status or the code that the product must answer."""

    purchased: dict[str, int]
    people: dict[str, Person] = field(default_factory=dict)
    adjustments: list[tuple[Lines, str]] = field(default_factory=list)

    def in_use(self, kind: str) -> int:
        """Return how many users of the type are active."""
        return sum(of.active and of.kind == kind for of in self.people.values())

    def available(self, kind: str) -> int:
        return self.purchased[kind] - self.in_use(kind)

    def denied(self, who: str) -> str | None:
        """Return why somebody may not act for the clinic, if they may not."""
        person = self.people.get(who)
        if person is None or not person.active:
            return "not_found"
        return None if person.manages else "forbidden"

    def denied_to_leave(self, who: str) -> str | None:
        """Return why somebody may not make themselves inactive: anybody active may."""
        person = self.people.get(who)
        return None if person is not None and person.active else "not_found"

    def last(self, name: str) -> bool:
        """Return whether this is the only active User Manager."""
        managers = [key for key, of in self.people.items() if of.active and of.manages]
        return managers == [name]

    def adjust(self, lines: Lines) -> str:
        if any(-delta > self.available(kind) for kind, delta in lines):
            return "licenses_unavailable"
        for kind, delta in lines:
            self.purchased[kind] += delta
        self.adjustments.append((lines, "applied"))
        return "201"

    def come(self, lines: Lines, *, at_renewal: bool) -> str:
        """Let the day of a scheduled adjustment come."""
        outcome = self.adjust(lines)
        if outcome != "201":
            return "lapsed"
        if at_renewal:
            self.adjustments[-1] = lines, "invoiced"
        return "applied"

    def cancel(self, number: int) -> str:
        lines, status = self.adjustments[number]
        if status == "cancelled":
            return "200"
        if status != "applied":
            return "already_invoiced"
        for later, (_, state) in enumerate(self.adjustments):
            if later > number and state != "cancelled" and self._share_a_type(later, lines):
                return "later_adjustment"
        if any(delta > self.available(kind) for kind, delta in lines):
            return "licenses_unavailable"
        for kind, delta in lines:
            self.purchased[kind] -= delta
        self.adjustments[number] = lines, "cancelled"
        return "200"

    def switch(self, name: str, active: bool, release: bool = False) -> str:
        """Make a user active or inactive, releasing the license or not."""
        person = self.people[name]
        if person.active == active:
            return "nothing_to_release" if release else "200"
        if active and self.available(person.kind) == 0:
            return "licenses_unavailable"
        if not active and person.manages and self.last(name):
            return "last_user_manager"
        person.active = active
        return self.adjust(((person.kind, -1),)).replace("201", "200") if release else "200"

    def permit(self, name: str, manages: bool) -> str:
        """Give or take the permission."""
        if not manages and self.last(name):
            return "last_user_manager"
        self.people[name].manages = manages
        return "200"

    def retype(self, name: str, kind: str) -> str:
        """Change a user's license type."""
        person = self.people[name]
        if person.active and person.kind != kind:
            return "validation_failed"
        person.kind = kind
        return "200"

    def invoice(self, number: int) -> str:
        """Put an adjustment on the invoice, after those that changed its types before."""
        lines, status = self.adjustments[number]
        if status == "cancelled":
            return "cancelled"
        if status == "applied":
            self.adjustments[number] = lines, "invoiced"
            for earlier in range(number):
                if self._share_a_type(earlier, lines):
                    self.invoice(earlier)
        return "invoiced"

    def _share_a_type(self, number: int, lines: Lines) -> bool:
        return bool({kind for kind, _ in lines} & {kind for kind, _ in self.adjustments[number][0]})

    def confirm(self, number: int) -> str:
        lines, status = self.adjustments[number]
        if status in ("applied", "cancelled"):
            return "not_invoiced" if status == "applied" else "cancelled"
        self.adjustments[number] = lines, "confirmed"
        return "sent"
