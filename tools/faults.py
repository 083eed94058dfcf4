"""Every small fault that a module could have: each is its whole source with one place changed.

Left out by rule, because they change nothing that a test should hold: annotations, docstrings and other texts, what
translates or logs, decorators' arguments (sizes of caches), `if TYPE_CHECKING`, and numbers beyond 0 and 1 under a name
in capitals (sizes of batches, times).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

SWAPS = {
    **{ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt)},
    **{ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,)},
    **{ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,)},
    **{ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.FloorDiv: (ast.Mult,)},
    **{ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,)},  # conditions of querysets too
}
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Calls of which every argument is a condition or a column of its own: each may be forgotten.
CONDITIONS = {"filter", "exclude", "get", "update", "Q", "Sum", "Count", "order_by", "Machine", "Transition"}
NARROWING = {"order_by", "distinct", "in_plan", "in_force", "due", "drafts", "public", "of_dependencies"}
TEXTS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


@dataclass(frozen=True)
class Fault:
    line: int
    what: str
    source: str  # the whole module, with it

    @property
    def line_after(self) -> str:
        return self.source.splitlines()[self.line - 1].strip()


def faults_of(source: str) -> list[Fault]:
    """In the order of the lines, each source once."""
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    whole, result = source.encode(), {}
    for node, replacement, what in _changes(ast.parse(source)):
        first = starts[node.lineno - 1] + node.col_offset
        last = starts[node.end_lineno - 1] + node.end_col_offset
        text = (whole[:first] + replacement.encode() + whole[last:]).decode()
        result.setdefault(text, Fault(node.lineno, what, text))
    result.pop(source, None)
    return sorted(result.values(), key=lambda fault: fault.line)


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, str, str]]:
    """(node, what stands in its place, in words) for a node and all below it."""
    if _is_left_out(node):
        return
    if isinstance(node, ast.expr):
        for replacement, what in _of_expression(node):
            yield node, f"({ast.unparse(replacement)})", what
    elif isinstance(node, ast.stmt):
        for replacement, what in _of_statement(node):
            yield node, replacement, what
        if isinstance(node, ast.If | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield node.test, f"(not ({ast.unparse(node.test)}))", "the contrary"
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _changes(child)


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in TEXTS:
            return True
        case ast.Expr(value=ast.Constant() | ast.Call(func=ast.Attribute(value=ast.Name(id="logger")))):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.JoinedStr():
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
            return name.isupper()
    return False


def _without(parts: list, at: int) -> list:
    return parts[:at] + parts[at + 1 :]


def _copy(node: ast.AST, **fields) -> ast.AST:
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _of_expression(node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    match node:
        case ast.Compare(ops=[operator]):
            for other in SWAPS.get(type(operator), ()):
                yield _copy(node, ops=[other()]), "another comparison"
        case ast.BinOp(op=operator):
            for other in SWAPS.get(type(operator), ()):
                yield _copy(node, op=other()), "another operator"
        case ast.BoolOp(op=operator, values=values):
            yield _copy(node, op=SWAPS[type(operator)][0]()), "and for or"
            for at in range(len(values)):
                rest = _without(values, at)
                yield rest[0] if len(rest) == 1 else _copy(node, values=rest), "a condition is forgotten"
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield operand, "not is forgotten"
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value), "another constant"
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1), "another constant"
        case ast.IfExp(body=body, orelse=other):
            yield body, "never otherwise"
            yield other, "always otherwise"
        case ast.Dict(keys=keys, values=values):
            for at in range(len(keys)):
                yield ast.Dict(_without(keys, at), _without(values, at)), "an item is forgotten"
        case ast.Name(id=name) if name in OTHER_NAME:
            yield ast.Name(OTHER_NAME[name]), "another function"
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            loop = node.generators[-1]
            for at in range(len(loop.ifs)):
                yield (
                    _copy(node, generators=[*node.generators[:-1], _copy(loop, ifs=_without(loop.ifs, at))]),
                    "a condition is forgotten",
                )
        case ast.Call(func=function, args=args, keywords=keywords):
            name = getattr(function, "id", getattr(function, "attr", ""))
            if name in CONDITIONS:
                for at in range(len(args)):
                    yield _copy(node, args=_without(args, at)), "an argument is forgotten"
                for at in range(len(keywords)):
                    yield _copy(node, keywords=_without(keywords, at)), "an argument is forgotten"
            if name in NARROWING and isinstance(function, ast.Attribute):
                yield function.value, "a step is forgotten"


def _of_statement(node: ast.stmt) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Return(value=value) if value and not (isinstance(value, ast.Constant) and value.value is None):
            yield "return None", "nothing is returned"
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Expr():
            yield "pass", "a step is forgotten"
        case ast.AugAssign(op=operator) if type(operator) in SWAPS:
            yield ast.unparse(_copy(node, op=SWAPS[type(operator)][0]())), "another operator"
