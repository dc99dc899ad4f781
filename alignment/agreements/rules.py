"""What all agreements share, as values: the form that is signed, and differences in words."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

# A no-break space does not end a word: "5 000" is one number, "50 k$" one amount.
WORD = re.compile(r"[\S\u00a0\u202f]+\s*")
# A run of fewer common words between two changes is treated as part of the change.
FEWEST_IN_COMMON = 2
# Below this share of common words, the two sentences are shown one after the other.
LEAST_IN_COMMON = 0.5


class InvalidContent(ValueError):
    """Content that cannot come in force. `errors`: path such as `rules.2.points` -> sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{path}: {text}" for path, text in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Clause:
    """One criterion, rule or promise as people read it. `key` stays the same between versions."""

    key: str
    title: str
    says: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning about a clause, and what to do about it.

    `place` is the clause's key. A "wrong" clause does nothing or can't be met; a "hint" may be
    intended.
    """

    place: str
    severity: Literal["wrong", "warning", "hint"]
    says: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a clause; `was` or `now` is empty where the clause did not exist."""

    key: str
    kind: Literal["added", "removed", "changed"]
    title: str
    was: str = ""
    now: str = ""


def canonical(value: Any) -> Any:
    """A content without what carries no meaning: order, empty values.

    Lists are treated as sets: the order of criteria or codes decides nothing.
    """
    if isinstance(value, Mapping):
        kept = {str(name): canonical(item) for name, item in value.items()}
        return {name: kept[name] for name in sorted(kept) if not _is_empty(kept[name])}
    if isinstance(value, list | tuple):
        return sorted((canonical(item) for item in value), key=_written)
    return value


def digest(kind: str, content: Mapping[str, Any], **terms: Any) -> str:
    """SHA-256 (hexadecimal) of what is signed: the kind, the canonical content and the terms."""
    signed = {"kind": kind, "content": canonical(content), "terms": canonical(terms)}
    return hashlib.sha256(_written(signed).encode()).hexdigest()


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _is_empty(value: Any) -> bool:
    """False and 0 are values, not empty."""
    return value is None or value == "" or value == [] or value == {}


def diff(before: Sequence[Clause], after: Sequence[Clause]) -> list[Change]:
    """The changes that turn `before` into `after`, in the order of `after`."""
    old = {clause.key: clause for clause in before}
    new = {clause.key: clause for clause in after}
    changes: list[Change] = []
    for clause in after:
        was = old.get(clause.key)
        if was is None:
            changes.append(Change(clause.key, "added", clause.title, now=clause.says))
        elif (was.title, was.says) != (clause.title, clause.says):
            changes.append(
                Change(
                    clause.key, "changed", clause.title, _former_wording(was, clause), clause.says
                )
            )
    gone = [clause for clause in before if clause.key not in new]
    return changes + [Change(c.key, "removed", c.title, was=c.says) for c in gone]


def _former_wording(was: Clause, clause: Clause) -> str:
    """The old wording, preceded by the old title if the title changed."""
    return was.says if was.title == clause.title else f"{was.title}: {was.says}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a change: from both sentences, only the old one, or only the new one."""

    kind: Literal["same", "gone", "new"]
    text: str


def pieces(was: str, now: str) -> list[Piece]:
    """Both sentences merged word by word: without the new words it is the old one, and vice versa.

    Sentences with little in common follow one after the other.
    """
    old, new = WORD.findall(was), WORD.findall(now)
    plain, other = ([word.strip() for word in words] for words in (old, new))
    blocks = SequenceMatcher(None, plain, other, autojunk=False).get_matching_blocks()
    ends = ((0, 0), (len(old), len(new)))
    common = [
        block
        for block in blocks
        if block.size >= FEWEST_IN_COMMON
        or (block.a, block.b) in ends
        or (block.a + block.size, block.b + block.size) in ends
    ]
    if sum(block.size for block in common) < LEAST_IN_COMMON * max(len(old), len(new)):
        common = []
    found: list[Piece] = []
    left = right = 0
    for block in (*common, blocks[-1]):
        found.append(Piece("gone", "".join(old[left : block.a])))
        found.append(Piece("new", "".join(new[right : block.b])))
        left, right = block.a + block.size, block.b + block.size
        found.append(Piece("same", "".join(new[block.b : right])))
    return [piece for piece in found if piece.text]
