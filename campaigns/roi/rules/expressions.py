"""Formulas as written in a spreadsheet, parsed strictly and evaluated within bounds.

Three layers of protection, each narrower than what it guards: a tokenizer (so only numbers, known
names and a few operators reach the parser), a short list of allowed syntax nodes, and `simpleeval`
with bounded operators only. A formula that cannot be evaluated (a division by zero, a number beyond
`LARGEST`) has no result; it never raises.
"""

from __future__ import annotations

import ast
import difflib
import keyword
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from simpleeval import SimpleEval

MOST_CHARACTERS = 300
MOST_NODES = 120
DEEPEST = 20
LARGEST = 1e15
LARGEST_EXPONENT = 100
MOST_DECIMALS = 6

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TOKEN = re.compile(
    r"[\s\u00a0\u202f]+|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|==|!=|[-+*/^(),<>])",
    re.ASCII,
)
# Spaces that separate thousands, as in 12 000.
_PARTED = re.compile(r"\s+\d")
# Signs that people type, and what to write instead.
_WRITTEN = {"×": "*", "·": "*", "x": "*", "X": "*", "÷": "/", "\u2212": "-", "\u2013": "-",
            "≤": "<=", "≥": ">=", "≠": "!=", "²": "^ 2", "³": "^ 3"}  # fmt: skip


class InvalidFormula(ValueError):
    """An error as a sentence; `at` counts characters from 1."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(_("%(text)s (character %(at)d)") % {"text": text, "at": at})
        self.at = at


class _NoResult(ArithmeticError):
    """The formula is valid but has no value for these numbers."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: the names it uses, and its syntax tree."""

    names: frozenset[str]
    tree: ast.expr


def is_key(text: str) -> bool:
    """Whether an input or result may have this name; reserved words may not be used."""
    return bool(KEY.fullmatch(text)) and text not in FUNCTIONS and not keyword.iskeyword(text)


def read(text: str, known: Collection[str]) -> Formula:
    """Parse a formula over the `known` names. Raises `InvalidFormula`."""
    if len(text) > MOST_CHARACTERS:
        most = {"most": MOST_CHARACTERS}
        raise InvalidFormula(_("Use at most %(most)d characters.") % most, MOST_CHARACTERS + 1)
    python, places, names = _translate(text, known)
    if not python.strip():
        raise InvalidFormula(_("Write a formula, such as leads * deal_size."), 1)
    try:
        tree = ast.parse(python, mode="eval").body
    except SyntaxError as error:
        # Python reports no usable position if the text ends too early.
        at = (error.offset or len(places)) - 1
        place = places[at] if at < len(python.rstrip()) else places[-1]
        raise InvalidFormula(_("The formula is not complete here."), place) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise InvalidFormula(_("This is nested too deeply."), 1) from error
    return Formula(names, _Checked(places).expression(tree))


def work_out(formula: Formula, values: Mapping[str, float]) -> float | None:
    """The value, or None if it cannot be computed. `values` must contain every name it uses."""
    evaluator = SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names=dict(values))
    evaluator.nodes = {kind: evaluator.nodes[kind] for kind in _NODES}
    try:
        return _bounded(evaluator.eval("", previously_parsed=formula.tree))
    except ArithmeticError:
        return None


def _translate(text: str, known: Collection[str]) -> tuple[str, list[int], frozenset[str]]:
    """The formula as Python code, the position (from 1) in `text` of each character of it, and the
    names used.
    """
    python: list[str] = []
    places: list[int] = []
    names: set[str] = set()
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InvalidFormula(_unexpected(text[at]), at + 1)
        word = found[0]
        if name := found["name"]:
            word = _word(name, text, found.end(), at, known, names)
        elif found["number"]:
            _demand_sign(text, found.end())
            # Always a float: integers could grow without bound, and Python rejects leading zeros.
            word = repr(float(word))
        elif word == "^":
            word = "**"
        elif text.startswith("**", at):
            raise InvalidFormula(_("Write powers with ^, such as leads ^ 2."), at + 1)
        if not word.isspace():
            # The space keeps two operators from forming another one of Python's.
            python.append(f"{word} ")
            places += [at + 1] * (len(word) + 1)
        at = found.end()
    return "".join(python), [*places, len(text) + 1], frozenset(names)


def _demand_sign(text: str, end: int) -> None:
    """Raise `InvalidFormula` if a name or another number directly follows one ending at `end`."""
    if text[end : end + 1].isalpha():
        raise InvalidFormula(_("Put a sign behind the number, such as 2 * leads."), end + 1)
    if _PARTED.match(text, end):
        raise InvalidFormula(_("Write the digits without spaces, such as 12000."), end + 1)


def _word(name: str, text: str, end: int, at: int, known: Collection[str], names: set[str]) -> str:
    is_called = text[end:].lstrip().startswith("(")
    if is_called and name in FUNCTIONS:
        # In uppercase, since Python's `if` is a keyword, not a function.
        return name.upper()
    if not is_called and name in known:
        names.add(name)
        return name
    if is_called:
        said = {"name": name, "functions": ", ".join(sorted(FUNCTIONS))}
        raise InvalidFormula(
            _("There is no function “%(name)s”; there are %(functions)s.") % said, at + 1
        )
    if name in FUNCTIONS:
        raise InvalidFormula(_("“%(name)s” needs brackets.") % {"name": name}, at + 1)
    raise InvalidFormula(_unknown(name, known), at + 1)


def _unknown(name: str, known: Collection[str]) -> str:
    if name in _WRITTEN:
        return _unexpected(name)
    # Keys are always lowercase.
    near = difflib.get_close_matches(name.lower(), sorted(known), 1)
    if near:
        said = {"name": name, "known": near[0]}
        return _("Nothing above is called “%(name)s”: did you mean “%(known)s”?") % said
    return _("Nothing above is called “%(name)s”.") % {"name": name}


def _unexpected(sign: str) -> str:
    if sign in _WRITTEN:
        said = {"sign": sign, "right": _WRITTEN[sign]}
        return _("Write %(right)s instead of “%(sign)s”.") % said
    if sign == "=":
        return _("Compare with ==, <, <=, > or >=.")
    if sign == "%":
        return _("Leave out the percent sign: inputs in percent count as a share already.")
    return _("“%(sign)s” has no meaning here.") % {"sign": sign}


class _Checked:
    """Allows only the syntax that a calculation needs, and turns `if(a, b, c)` into a conditional
    that evaluates only the branch taken.
    """

    def __init__(self, places: list[int]) -> None:
        self.places = places
        self.nodes = 0

    def expression(self, node: ast.expr, depth: int = 0) -> ast.expr:
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            raise self._wrong(node, _("This is nested too deeply."))
        match node:
            case ast.Constant(value=float()) | ast.Name():
                pass
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                node.operand = self.expression(node.operand, depth + 1)
            case ast.BinOp(op=op) if type(op) in _OPERATORS:
                node.left = self.expression(node.left, depth + 1)
                node.right = self.expression(node.right, depth + 1)
            case ast.Call(func=ast.Name(id=name), keywords=[]) if name.lower() in FUNCTIONS:
                return self._call(node, name.lower(), depth)
            case ast.Compare():
                raise self._wrong(node, _("Comparisons go into if(…)."))
            case ast.Tuple():
                text = _("Decimals have a point, as in 1.5: commas stand between values.")
                raise self._wrong(node, text)
            case _:
                raise self._wrong(node, _("The formula is not complete here."))
        return node

    def _call(self, node: ast.Call, name: str, depth: int) -> ast.expr:
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(node.args) <= most:
            raise self._wrong(node, _counted(name, fewest, most))
        if name == "if":
            condition, then, otherwise = node.args
            return ast.IfExp(
                test=self._condition(condition, depth + 1),
                body=self.expression(then, depth + 1),
                orelse=self.expression(otherwise, depth + 1),
            )
        node.args = [self.expression(each, depth + 1) for each in node.args]
        return node

    def _condition(self, node: ast.expr, depth: int) -> ast.expr:
        match node:
            case ast.Compare(ops=[op], comparators=[right]) if type(op) in _OPERATORS:
                node.left = self.expression(node.left, depth + 1)
                node.comparators = [self.expression(right, depth + 1)]
                return node
        raise self._wrong(node, _("if(…) starts with a comparison, such as leads > 100."))

    def _wrong(self, node: ast.expr, text: str) -> InvalidFormula:
        return InvalidFormula(text, self.places[min(node.col_offset, len(self.places) - 1)])


def _counted(name: str, fewest: int, most: int) -> str:
    if fewest == most:
        said = {"name": name, "count": fewest}
        return _("%(name)s(…) takes %(count)d values, with commas between.") % said
    said = {"name": name, "fewest": fewest, "most": most}
    return _("%(name)s(…) takes %(fewest)d to %(most)d values, with commas between.") % said


def _bounded(value: Any) -> float:
    if isinstance(value, complex) or not math.isfinite(value) or abs(value) > LARGEST:
        raise _NoResult
    # Adding 0.0 turns a negative zero into zero.
    return float(value) + 0.0


def _within(function: Callable[..., Any]) -> Callable[..., float]:
    def bounded(*values: float) -> float:
        return _bounded(function(*values))

    return bounded


def _power(base: float, exponent: float) -> Any:
    if abs(exponent) > LARGEST_EXPONENT:
        raise _NoResult
    return base**exponent


def _round(value: float, decimals: float = 0.0) -> float:
    """Round half away from zero, unlike Python's `round`."""
    if decimals != int(decimals) or not 0 <= decimals <= MOST_DECIMALS:
        raise _NoResult
    size = 10 ** int(decimals)
    return math.copysign(math.floor(abs(value) * size + 0.5) / size, value)


# The least and most arguments of each function.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "min": (2, 10),
    "max": (2, 10),
    "round": (1, 2),
    "if": (3, 3),
}
_FUNCTIONS = {"MIN": _within(min), "MAX": _within(max), "ROUND": _within(_round)}
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _within(operator.add),
    ast.Sub: _within(operator.sub),
    ast.Mult: _within(operator.mul),
    ast.Div: _within(operator.truediv),
    ast.Pow: _within(_power),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_NODES = (ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Call)
