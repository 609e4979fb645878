# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`run MODEL` and `submit MODEL`: a command for each endpoint, made when the model is named."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from .._base.text import shorten
from .._endpoint.info import get_endpoint
from .._registry import UnknownEndpointError, list_endpoints
from ._call import Call
from ._console import MAX_LINE, console
from ._field_table import print_fields
from ._fields import InputField, fields_of
from ._given import Splitter
from ._models import find_model

Action = Callable[..., None]
"""A command's function: its first argument is a `Call`, the others are options."""


class _EndpointCommand(TyperCommand):
    """Takes the options of the endpoint before click sees them, and keeps what they say in ctx.obj."""

    fields: ClassVar[tuple[InputField, ...]] = ()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        own = {
            option: not getattr(param, "is_flag", False)
            for param in self.get_params(ctx)
            for option in param.opts
            if not self._is_field(param)
        }
        ctx.obj = Splitter(self.fields, own).split(args)
        return super().parse_args(ctx, ctx.obj.rest)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        params: list[Any] = self.get_params(ctx)
        for param in filter(self._is_field, params):
            param.hidden = True  # its panel would cut what has no spaces
        super().format_help(ctx, formatter)
        print_fields(console(), self.fields)

    def _is_field(self, param: Any) -> bool:
        return any(field.option in param.opts for field in self.fields)


def endpoints(action: Action) -> type[TyperGroup]:
    """A click group whose commands are the models."""

    class Endpoints(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            # Help would print hundreds of them; `models` is for that.
            return list(list_endpoints()) if ctx.resilient_parsing else []

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return TyperCommand(cmd_name)  # for the completion of names: imports no endpoint

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            if args and args[0].startswith("-") and args[0] not in ctx.help_option_names:
                ctx.fail(f"name the model first: {ctx.command_path} MODEL {args[0]} ...")
            return super().parse_args(ctx, args)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            try:
                model_id = find_model(args[0])
            except UnknownEndpointError:
                if ctx.resilient_parsing:
                    return None, None, []
                raise
            return model_id, _command(model_id, action), args[1:]

    return Endpoints


def _command(model_id: str, action: Action) -> Any:
    info = get_endpoint(model_id)
    own = list(inspect.signature(action, eval_str=True).parameters.values())[1:]
    fields = fields_of(info)

    def call(context: typer.Context, **options: Any) -> None:
        # The values of fields are in ctx.obj; click knows their options for help and completion only.
        chosen = {each.name: options[each.name] for each in own}
        action(Call(info, fields, context.obj), **chosen)

    parameters = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *(_parameter(number, field) for number, field in enumerate(fields)),
        *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own),
    ]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    kind = type("_Command", (_EndpointCommand,), {"fields": fields})
    first = next(iter((inspect.getdoc(action) or "").splitlines()), "")
    app.command(cls=kind, help=f"{first}\n\n{escape(model_id)}")(call)
    return typer.main.get_command(app)


def _parameter(number: int, field: InputField) -> inspect.Parameter:
    option = typer.Option(
        field.option,
        *field.aliases,
        metavar=field.metavar,
        help=escape(shorten(field.help, MAX_LINE)),
        autocompletion=_completion(field),
    )
    return inspect.Parameter(
        f"field_{number}",
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, option],
    )


def _completion(field: InputField) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        choices = ("true", "false") if field.is_flag else field.choices
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete
