"""`run MODEL` and `submit MODEL`: a command for each endpoint, built when the model is named."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

import typer
from rich.markup import escape
from typer.core import TyperGroup

from .._base.text import shorten
from .._endpoint.info import get_endpoint
from .._schemas.registry import UnknownEndpointError, model_ids
from ._arguments import Splitter
from ._call import Call
from ._console import MAX_LINE, console
from ._field_table import print_fields
from ._fields import InputField, fields_of
from ._models import find_model, gone_mark
from ._plain_help import PlainCommand, PlainGroup

Action = Callable[..., None]
"""The function of a command: its first argument is a `Call`, the others are options."""


class _EndpointCommand(PlainCommand):
    """A command that reads the options of its endpoint before click sees them, into `ctx.obj`."""

    fields: ClassVar[tuple[InputField, ...]] = ()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        takes_value: dict[str, bool] = {}
        for param in self.get_params(ctx):
            if not self._is_field(param):
                takes_value |= dict.fromkeys(param.opts, not getattr(param, "is_flag", False))
        ctx.obj = Splitter(self.fields, takes_value).split(args)
        return super().parse_args(ctx, ctx.obj.rest)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        params: list[Any] = self.get_params(ctx)
        for param in filter(self._is_field, params):
            param.hidden = True  # rich would cut text without spaces, such as Chinese
        super().format_help(ctx, formatter)
        print_fields(console(), self.fields)

    def _is_field(self, param: Any) -> bool:
        return any(field.option in param.opts for field in self.fields)


def endpoints(action: Action) -> type[TyperGroup]:
    """Make a click group whose commands are the models."""

    class Endpoints(PlainGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            # Help would print hundreds of models; `models` is for that.
            return list(model_ids()) if ctx.resilient_parsing else []

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            # For the completion of names: imports no endpoint.
            return PlainCommand(cmd_name, short_help=gone_mark(cmd_name))

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
    """Build the command of one endpoint.

    Options are described to typer by a signature: typer brings a click of its own, whose classes
    are not public.
    """
    info = get_endpoint(model_id)
    fields = fields_of(info)
    own = list(inspect.signature(action, eval_str=True).parameters.values())[1:]

    def call(context: typer.Context, **options: Any) -> None:
        # The values of fields are in ctx.obj: click has their options for help and completion only.
        action(
            Call(info, fields, context.obj), **{option.name: options[option.name] for option in own}
        )

    parameters = [
        _keyword("context", typer.Context),
        *(_field_option(number, field) for number, field in enumerate(fields)),
        *(_keyword(option.name, option.annotation, option.default) for option in own),
    ]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    command_class = type("_Command", (_EndpointCommand,), {"fields": fields})
    summary = next(iter((action.__doc__ or "").splitlines()), "")
    app.command(cls=command_class, help=f"{summary}\n\n{escape(model_id)}")(call)
    return typer.main.get_command(app)


def _keyword(
    name: str, annotation: Any, default: Any = inspect.Parameter.empty
) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def _field_option(number: int, field: InputField) -> inspect.Parameter:
    option = typer.Option(
        field.option,
        *field.aliases,
        metavar=field.metavar,
        help=escape(shorten(field.help, MAX_LINE)),
        autocompletion=_completion(field),
    )
    return _keyword(f"field_{number}", Annotated[str | None, option], None)


def _completion(field: InputField) -> Callable[[str], list[str]]:
    choices = ("true", "false") if field.is_flag else field.choices

    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete
