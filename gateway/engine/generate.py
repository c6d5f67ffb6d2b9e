"""From a plan to Python: one function for the root and two for each fetch, a strict and a careful one.

The code holds names of its own making only. Whatever comes from the document or the schema (response
keys, columns, values) travels as a constant.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import get_named_type

from gateway.engine.access import Access, Careful, Strict, guarded
from gateway.engine.expressions import Expressions
from gateway.engine.plan import (
    Among,
    Choice,
    EdgeNode,
    Edges,
    Fetch,
    Nodes,
    Page,
    Plan,
    Rows,
)
from gateway.engine.shapes import body_type, is_same
from gateway.engine.trust import trust_in
from gateway.upstream.declare import Kind

INDENT = "    "
ROOT = "root"


@dataclass(slots=True, kw_only=True)
class Writer(Expressions):
    """Writes the functions of a plan."""

    plan: Plan

    def strict(self) -> str:
        """Return the code of the root and of every fetch, for answers that are as they should be."""
        return "\n\n".join([self.root(), *(self.fetch(fetch) for fetch in self.plan.fetches)])

    def root(self) -> str:
        """Return the function of the root: `async def root(op)`."""
        lines = [f"async def {ROOT}(op):"]
        for fetch in self.plan.rows.fetches:
            lines.append(f"{INDENT}k{fetch.index}=op.root_ids({fetch.index})")
        lines += self.calls(self.plan.rows)
        shown = self.object(self.plan.root, "None", self.plan.rows, Strict(self))
        return "\n".join([*lines, f"{INDENT}return {shown}"])

    def fetch(self, fetch: Fetch) -> str:
        """Return the function of a fetch: `async def f3(op,pending,ids)`, the answers by key."""
        i, rows = fetch.index, fetch.rows
        decode = self.constant(msgspec.json.Decoder(body_type(fetch.endpoint.kind, rows.struct)).decode)
        lines = [f"async def f{i}(op,pending,ids):"]
        if fetch.node.arguments:
            lines.append(f"    if op.asked[{i}].refused: return op.failed({i},op.asked[{i}].refused)")
        lines += [*self.empty(fetch, Strict(self)), "    if pending is None: raw=[]", "    else:", "        try:"]
        taken = "body" if fetch.join is None else "own=ids; ids,body"
        lines.append(f"            {taken}=await pending")
        lines += [f"        except Problem as problem: return op.failed({i},problem,nothing)"]
        if self.forms[i].spliced:
            trust = self.constant(trust_in(fetch.endpoint).splices)
            lines += [f"        parts=bytes_by_key(ids,body) if {trust}(body) else None"]
            lines += [f"        if parts is not None: return {self.spliced(fetch)}"]
        lines += ["        try:", f"            raw={decode}(body)"]
        lines += [f"            {check}" for check in self.checks(fetch)]
        own = "ids" if fetch.join is None else "own"
        lines += [f"        except Surprise: return await op.careful({i},body,ids,{own})"]
        lines += [f"        if len(raw)!=len(ids): return op.failed({i},op.unusable({i}),nothing)"]
        if fetch.join is not None:
            lines.append("        raw,ids=mine(own,ids,raw),own")
        return "\n".join([*lines, *self.body(fetch, Strict(self))])

    def careful(self, fetch: Fetch) -> str:
        """Return the function of a fetch for an answer of which anything may be wrong: `c3(op,body,ids,own)`."""
        i, access = fetch.index, Careful(self)
        lines = [f"async def c{i}(op,body,ids,own):", *self.empty(fetch, access)]
        lines += [f"    raw=loose(body,len(ids),{self.constant(fetch.endpoint.kind)})"]
        lines += [f"    if raw is None: return op.failed({i},op.unusable({i}),nothing)"]
        if fetch.join is not None:
            lines.append("    raw,ids=mine(own,ids,raw),own")
        return "\n".join([*lines, *self.body(fetch, access)])

    def empty(self, fetch: Fetch, access: Access) -> list[str]:
        """Return the lines that say what a key that is null is answered."""
        lines = []
        for use, shown in enumerate(fetch.uses):
            if isinstance(shown, Page):
                lines.append(f"{INDENT}page{use}=lambda rows,all:{self.page(shown, fetch, access)}")
        nothing = [
            f"{{None:page{use}([],[])}}" if isinstance(shown, Page) else "NONE_ROW" if is_one(fetch) else "{None:[]}"
            for use, shown in enumerate(fetch.uses)
        ]
        return [*lines, f"{INDENT}nothing=({','.join(nothing or ['NONE_ROW'])},)"]

    def body(self, fetch: Fetch, access: Access) -> list[str]:
        """Return the lines from the rows to the answers by key."""
        i, lines = fetch.index, []
        strict = isinstance(access, Strict)
        if fetch.only:
            column, value = fetch.only
            told = access.column("r", fetch.rows, column)
            value_name = self.constant(value)
            lines.append(f"{INDENT}raw=[r if r is not None and {told}=={value_name} else None for r in raw]")
        if fetch.endpoint.kind is Kind.PAGE:
            cut = "raw" if self.forms[i].spliced else "[cut(w,page) for page in raw]"
            if not strict:
                cut = "[careful_cut(w,page) for page in raw]"
            lines += [f"{INDENT}w=op.asked[{i}].window", f"{INDENT}pages={cut}"]
        lists = "pages" if fetch.endpoint.kind is Kind.PAGE else "raw"
        each = f"for page in {lists if strict else f'lists({lists})'} for r in page"
        if is_one(fetch):
            each = "for r in raw if r is not None"
        lines += self.keys(fetch.rows, each, access)
        lines += self.calls(fetch.rows)
        results = [self.result(fetch, use, access) for use in range(max(len(fetch.uses), 1))]
        return [*lines, f"{INDENT}return {results[0] if len(results) == 1 else '(' + ','.join(results) + ')'}"]

    def keys(self, rows: Rows, each: str, access: Access) -> list[str]:
        """Return the lines that gather the keys of further loads, each once, in order."""
        lines: list[str] = []
        known: dict[str, int] = {}
        for fetch in rows.fetches:
            if fetch.key is None:
                lines.append(f"{INDENT}k{fetch.index}=op.root_ids({fetch.index})")
                continue
            column = access.column("r", rows, fetch.key)
            condition = ""
            if () not in fetch.guards:
                guards = sorted(guarded(guard, self, access, row="r", rows=rows) for guard in fetch.guards)
                condition = (" and " if " if " in each else " if ") + f"({' or '.join(guards)})"
            gathered = "keys" if isinstance(access, Strict) else "careful_keys"
            text = f"{gathered}([{column} {each}{condition}])"
            first = known.setdefault(text, fetch.index)
            lines.append(f"{INDENT}k{fetch.index}=" + (text if first == fetch.index else f"k{first}"))
        return lines

    def calls(self, rows: Rows) -> list[str]:
        """Return the lines that send every further load at once, then take their answers."""
        lines = [f"{INDENT}p{f.index}={self.call(f)}" for f in rows.fetches]
        deep = [fetch for fetch in rows.fetches if fetch.rows.fetches]
        tasks = deep if len(deep) > 1 else []
        for fetch in tasks:
            i = fetch.index
            lines.append(f"{INDENT}t{i}=op.task(f{i}(op,p{i},k{i}))")
        for fetch in sorted(rows.fetches, key=lambda one: one not in deep):
            i = fetch.index
            names = ",".join(f"m{i}_{use}" for use in range(max(len(fetch.uses), 1)))
            lines.append(f"{INDENT}{names}=await " + (f"t{i}" if fetch in tasks else f"f{i}(op,p{i},k{i})"))
        return lines

    def call(self, fetch: Fetch) -> str:
        """Return the expression that sends a call at once, unless nothing is to be asked."""
        i, may = fetch.index, f"k{fetch.index}"
        if fetch.node.arguments:
            may += f" and not op.asked[{i}].refused"
        if fetch.join is None:
            return f"op.send({i},k{i}) if {may} else None"
        return f"op.meet({i},k{i}) if {may} else op.stay_away({i})"

    def result(self, fetch: Fetch, use: int, access: Access) -> str:
        """Return the expression of the answers by key."""
        unless = "" if isinstance(access, Strict) else " if type(rows) is list else rows"
        if fetch.endpoint.kind is Kind.PAGE:
            return f"{{**nothing[{use}],**{{k:page{use}(rows,all){unless} for k,rows,all in zip(ids,pages,raw)}}}}"
        if not fetch.uses:
            return self.values(fetch, access)
        shown = self.object(fetch.uses[use], "r", fetch.rows, access)
        if is_one(fetch):
            value = f"{shown} if r is not None else None"
            if self.forms[fetch.index].plain and isinstance(access, Strict):
                return "dict(zip(ids,raw))"
            return f"{{k:{value} for k,r in zip(ids,raw)}}"
        if self.forms[fetch.index].plain and isinstance(access, Strict):
            return f"{{**nothing[{use}],**dict(zip(ids,raw))}}"
        row = self.node(shown, access)
        return f"{{**nothing[{use}],**{{k:[{row} for r in rows]{unless} for k,rows in zip(ids,raw)}}}}"

    def values(self, fetch: Fetch, access: Access) -> str:
        """Return the expression of rows of which single columns are shown, as their types write them."""
        strict, wires = isinstance(access, Strict), fetch.rows.columns
        if strict and all(wire.type is None or is_same(get_named_type(wire.type)) for wire in wires.values()):
            return f"{{k:{self.blank(fetch)} if r is None else r for k,r in zip(ids,raw)}}"
        columns = []
        for column, attribute in fetch.rows.attributes.items():
            value = access.raw("r", fetch.rows, column) if strict else f"picked(r,{self.constant(column)})"
            columns.append(f"{attribute}=op.complete({self.constant(wires[column].type)},{value})")
        return f"{{k:{self.blank(fetch)} if r is None else namespace({','.join(columns)}) for k,r in zip(ids,raw)}}"

    def spliced(self, fetch: Fetch) -> str:
        """Return the expression of the answers by key, made of the service's own bytes."""
        if fetch.endpoint.kind is Kind.PAGE:
            return "{**nothing[0],**{k:page0(rows,rows) for k,rows in parts}}"
        return "{**nothing[0],**dict(parts)}" if not is_one(fetch) else "dict(parts)"

    def checks(self, fetch: Fetch) -> list[str]:
        """Return the statements that make sure of the rows' types, where rows tell them."""
        guards = [each for inner in fetch.rows.fetches for guard in inner.guards for each in guard]
        told = {(each.column, each.abstract) for each in guards if isinstance(each, Among)}
        for use in fetch.uses:
            told |= set(told_types(use))
        each = "for r in raw if r is not None" if is_one(fetch) else "for page in raw for r in page"
        return [
            f"for x in [{fetch_column(fetch, column)} {each}]: {self.type_names(abstract)}[x]"
            for column, abstract in sorted(told)
            if column in fetch.rows.attributes
        ]


def is_one(fetch: Fetch) -> bool:
    """Say whether a key has one row."""
    return fetch.endpoint.kind is Kind.ONE


def fetch_column(fetch: Fetch, column: str) -> str:
    """Return the attribute of a row's column."""
    return f"r.{fetch.rows.attributes[column]}"


def told_types(use: Any) -> list[tuple[str, str]]:
    """Return the columns that tell types among the objects made of a row, with the interface or union."""
    if isinstance(use, Choice):
        return [(use.column, use.abstract.name), *(each for _, way in use.ways for each in told_types(way))]
    found = [use.told] if use.told else []
    for shown in use.fields:
        if isinstance(shown, Nodes | EdgeNode | Edges):
            found += told_types(shown.object)
    return found
