"""Templates that are compiled once for each language, with what they say in it.

A page says a hundred things, most of them without a value. Looked up while the page is made, each costs as much as a
line of its text; in here they become part of the text around them. A value of a sentence is put between its parts and
escaped like any other output. What is chosen only while the page is made (`_(names[key])`) is looked up then.
"""

import re
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any, Self

from flask import current_app
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from lms.kernel.speak import catalog
from lms.web.language import reader_language

VALUE = re.compile(r"%\((\w+)\)s")
SPECIAL: Callable[[Any], object] = re.compile(r"""[&<>"']""").search


class _SpokenTemplate(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """What a page imports without its values: made once, as no template of ours is got with globals of its own."""
        return super()._get_default_module()

    def new_context(
        self, vars: dict[str, Any] | None = None, shared: bool = False, locals: Mapping[str, Any] | None = None
    ) -> Context:
        """The same for those: Jinja goes through a chain of mappings twice to find what the environment has."""
        if shared or locals:
            return super().new_context(vars, shared, locals)
        known = {**self.environment.globals, **(vars or {})}
        return self.environment.context_class(self.environment, known, self.name, self.blocks)


class _PlainCode(CodeGenerator):
    """A page calls as Python does, and each part of it is one text.

    Jinja asks with each call whether the function wants to know where it was called from, which takes longer than most
    functions of a page do. Of a global function that is known here; no other of ours wants to. And each piece of a page
    would go through all the templates around it.
    """

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        source = x.removeprefix("yield from ")
        super().writeline(x if source == x else f"yield concat({source})", node, extra)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        called = node.node
        known = self.environment.globals.get(called.name) if isinstance(called, nodes.Name) else None
        is_odd = node.dyn_args or node.dyn_kwargs or any(iskeyword(given.key) for given in node.kwargs)
        if is_odd or hasattr(known, "jinja_pass_arg"):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(called, frame)
        self.write("(")
        for place, given in enumerate((*node.args, *node.kwargs)):
            self.write(", " if place else "")
            self.visit(given, frame)
        if forward_caller:
            self.write(", caller=caller" if node.args or node.kwargs else "caller=caller")
        self.write(")")


class SpokenEnvironment(Environment):
    """Flask's templates. `in_language` gives the same ones for one language; without, nothing is put in."""

    language = ""
    template_class = _SpokenTemplate
    code_generator_class = _PlainCode

    def in_language(self, language: str) -> Self:
        """The templates as they speak `language`; made once."""
        known: dict[str, Self] = self.__dict__.setdefault("_spoken", {})
        if language not in known:
            spoken = self.overlay()
            spoken.language = language
            known[language] = spoken
        return known[language]

    def _generate(self, source: nodes.Template, *given: Any, **more: Any) -> str:
        if self.language:
            source = _Speaker(self).visit(source)
        code: str = super()._generate(source, *given, **more)
        return code.replace("\n", f"; from {__name__} import written as escape\n", 1)  # after its own imports


def written(value: object) -> str:
    """What `{{ value }}` puts into a page: the same as `markupsafe.escape`, as plain text, which a page is joined of.

    Most values need no escaping, and making a Markup of each takes four times as long.
    """
    kind = type(value)
    if kind is Markup or (kind is str and not SPECIAL(value)):
        return value  # type: ignore[return-value]  # as was just looked at
    return str(value) if kind is int else escape(value)


def templates_in(language: str) -> SpokenEnvironment:
    """The running application's templates in one language."""
    environment = current_app.jinja_env
    assert isinstance(environment, SpokenEnvironment)  # the app says so in `lms.app`
    return environment.in_language(language)


def render(template: str, /, **values: Any) -> str:
    """The template in the reader's language. What Flask adds to each page is global to ours."""
    return templates_in(reader_language()).get_template(template).render(values)


class _Speaker(NodeTransformer):
    """Puts the sentences of one language where a template asks for them."""

    def __init__(self, environment: SpokenEnvironment) -> None:
        self.environment = environment
        self.gettext = catalog(environment.language).gettext

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        """`{{ _("%(done)s of %(all)s", done=..., all=...) }}` becomes its parts."""
        node.nodes = [part for child in node.nodes for part in self._parts(child)]
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """`_("Today")`, wherever it stands."""
        message = _message(node)
        if message is None or node.kwargs:
            return self.generic_visit(node)
        said = self.gettext(message)
        if "%" in said.replace("%%", ""):
            return node
        const = nodes.Const(said.replace("%%", "%"), lineno=node.lineno, environment=self.environment)
        return nodes.MarkSafeIfAutoescape(const, lineno=node.lineno, environment=self.environment)

    def _parts(self, node: nodes.Expr) -> list[nodes.Expr]:
        message = _message(node)
        if message is None or not isinstance(node, nodes.Call) or not node.kwargs:
            return [node]
        values = {given.key: given.value for given in node.kwargs}
        pieces = VALUE.split(self.gettext(message))
        texts, names = pieces[::2], pieces[1::2]
        if len(set(names)) < len(names) or not set(names) <= set(values) or any("%" in text for text in texts):
            return [node]
        parts: list[nodes.Expr] = []
        for place, text in enumerate(texts):
            parts.append(nodes.TemplateData(text, lineno=node.lineno, environment=self.environment))
            if place < len(names):
                parts.append(values[names[place]])
        return parts


def _message(node: nodes.Node) -> str | None:
    """What `_("...")` asks for; None for any other expression."""
    if not isinstance(node, nodes.Call) or len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
        return None
    called, said = node.node, node.args[0]
    if isinstance(called, nodes.Name) and called.name == "_" and isinstance(said, nodes.Const):
        return said.value if isinstance(said.value, str) else None
    return None
