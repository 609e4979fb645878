"""What generated endpoints and namespaces have in common."""

# pyright: reportPrivateUsage=false
# An endpoint is a part of its client, and makes its requests.

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypedDict, TypeVar, cast

from .errors import InvalidRequestError

if TYPE_CHECKING:
    from ._model import Request
    from .jobs import JobStatus

JobT = TypeVar("JobT")
SubmitT = TypeVar("SubmitT")
RunT = TypeVar("RunT")
MethodT = TypeVar("MethodT", bound=Callable[..., Any])


class SubmitOptions(TypedDict, total=False):
    """What every call accepts beside the endpoint's own fields."""

    extra_body: Mapping[str, Any]
    """Merged over the JSON body, unchecked: for what the vendor added after this SDK was generated."""
    extra_headers: Mapping[str, str]
    timeout: float
    """Seconds: of the HTTP exchange for `submit`, of the whole wait for `run`."""


class RunOptions(SubmitOptions, total=False):
    """What `run` accepts on top."""

    on_update: Callable[[JobStatus], object]
    """Called when the state or the queue position changes."""


class Omit:
    """Not given, where None would be a value."""

    def __repr__(self) -> str:
        return "omit"


omit = Omit()


class Namespace:
    """A step of `client.<provider>.<model>.<endpoint>`; each step is imported when it is first used."""

    _children: ClassVar[Mapping[str, str]] = {}
    """Attribute name, which is also the module's name, to class name."""

    def __init__(self, client: Any) -> None:
        self._client = client

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            class_name = type(self)._children.get(name)
            if class_name is None:
                near = difflib.get_close_matches(name, type(self)._children, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}{hint}")
            module = import_module(f"{self._package()}.{name}")
            child = getattr(module, class_name)(self._bound_client())
            self.__dict__[name] = child
            return child

    def _bound_client(self) -> Any:
        return self._client

    def _package(self) -> str:
        """The package whose modules the children are: that of the generated class, not of a user's subclass."""
        return next(cls.__module__ for cls in type(self).__mro__ if "_children" in vars(cls))

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._children})

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self._children)}>"


class RootNamespace(Namespace):
    """The first step, which is the client itself."""

    def _bound_client(self) -> Any:
        return self

    def _package(self) -> str:
        return f"{super()._package().rpartition('.')[0]}.models"


class Endpoint(Generic[JobT, SubmitT, RunT]):
    """One endpoint, for both clients: they differ in what `job`, `submit` and `run` return."""

    request_type: ClassVar[type[Request[Any]]]

    def __init__(self, client: Any) -> None:
        self._client = client

    def job(self, request_id: str) -> JobT:
        """Pick up a job by its request id. Sends nothing."""
        request_type = self.request_type
        return cast(
            "JobT", self._client.job(request_type.model_id, request_type.output_type, request_id)
        )

    def _submit(self, arguments: Mapping[str, Any]) -> SubmitT:
        """arguments: the `locals()` of the generated method."""
        return cast("SubmitT", self._send("submit", *_split(arguments)))

    def _run(self, arguments: Mapping[str, Any]) -> RunT:
        """arguments: the `locals()` of the generated method."""
        return cast("RunT", self._send("run", *_split(arguments)))

    def _send(self, method: str, fields: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
        return getattr(self._client, method)(self._request(fields), **options)

    def _request(self, given: Mapping[str, Any]) -> Request[Any]:
        """None means not given, except for the few fields that may be sent as null: there it is `omit`."""
        takes_null = self.request_type._takes_null
        fields = {
            name: value
            for name, value in given.items()
            if value is not omit and (value is not None or takes_null(name))
        }
        try:
            return self.request_type(**fields)
        except InvalidRequestError as error:
            # Its media would only be measured by a submit, but one error is to tell everything.
            from ._preflight import local_problems

            refused = {problem.field for problem in error.problems}
            media = [
                item for item in self.request_type._media_in(fields) if item.field not in refused
            ]
            problems = [*error.problems, *local_problems(media, self._client._api)]
            raise InvalidRequestError.from_problems(problems, error.model_id) from None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.request_type.model_id}>"


def _split(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """The fields, and the options of the call."""
    fields = {name: arguments[name] for name in arguments if name not in ("self", "options")}
    return fields, arguments["options"]


def reports_all_problems(method: MethodT) -> MethodT:
    """Let the request class refuse a call that Python itself would refuse.

    Python stops at the first unknown or missing argument; the request class names them all,
    with everything else that is wrong.
    """
    options = (RunOptions if method.__name__ == "run" else SubmitOptions).__optional_keys__
    parameters = inspect.signature(method).parameters.values()
    fields = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    required = {
        each.name for each in parameters if each.name in fields and each.default is each.empty
    }

    @functools.wraps(method)
    def call(self: Endpoint[Any, Any, Any], /, *args: Any, **arguments: Any) -> Any:
        if not args and required <= arguments.keys() <= fields | options:
            return method(self, **arguments)
        given = {name: arguments.pop(name) for name in options & arguments.keys()}
        if not args:
            return self._send(method.__name__, arguments, given)
        from ._problems import positional

        problems = [positional(args, "prompt=...")]
        try:
            self._request(arguments)
        except InvalidRequestError as error:
            problems += error.problems
        raise InvalidRequestError.from_problems(problems, self.request_type.model_id)

    return cast("MethodT", call)
