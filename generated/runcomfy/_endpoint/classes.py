# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""The base classes of generated endpoints and namespaces."""

# pyright: reportPrivateUsage=false
# An endpoint is a part of its client, and makes its requests.

from __future__ import annotations

import difflib
import functools
import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, get_type_hints

from .._api.call_options import RunOptions, SubmitOptions
from .._api.protocol import job_ref
from .._base.text import MAX_TEXT, cut
from .._schemas.registry import removed_at, removed_below
from .._validation.misuse import call_of_model
from ..errors import InvalidRequestError

if TYPE_CHECKING:
    from .._validation.base import Request

JobT = TypeVar("JobT")
SubmitT = TypeVar("SubmitT")
RunT = TypeVar("RunT")


class Omit:
    """The type of `omit`: an argument that is not given, where None would be a value."""

    def __repr__(self) -> str:
        return "omit"


omit = Omit()


def _public(names: Iterable[str]) -> list[str]:
    """Return the names that a prompt completes: all but our own private ones."""
    return [name for name in names if name.startswith("__") or not name.startswith("_")]


class _Child:
    """A namespace or endpoint of a namespace. Its module is imported when it is first used.

    On an instance it is the child, bound to the client; on the class it is the child's class, so that
    mocks and documentation tools find it.
    """

    def __init__(self, owner: type[Namespace], name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, namespace: Namespace | None, owner: type[Namespace]) -> Any:
        child = self._load()
        if namespace is None:
            return child
        bound = child(namespace._bound_client())
        namespace.__dict__[self._name] = bound
        return bound

    def _load(self) -> Any:
        module = import_module(f"{self._owner._package()}.{self._name}")
        child: Any = getattr(module, self._owner._children[self._name])
        if self._owner._asynchronous and issubclass(child, Endpoint):
            return child._for_asyncio()
        return child


class _Renamed:
    """The former attribute of an endpoint that was renamed."""

    def __init__(self, name: str, path: str) -> None:
        self._name, self._path = name, path

    def __get__(self, namespace: Namespace | None, _: object) -> Any:
        if namespace is None:
            return self
        message = f"{self._name!r} was renamed: use client.{self._path}"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return attrgetter(self._path)(namespace._bound_client())


def _missing(owner: Namespace | Endpoint[Any, Any, Any], name: str) -> AttributeError:
    """Return the error about an attribute, with what became of a model that was there."""
    cls = type(owner)
    message = f"{cls.__name__!r} has no attribute {name!r}"
    if not name.startswith("_"):
        # The client is the first step, and its module is not below `models`.
        above = f"{__name__.rpartition('._endpoint')[0]}.models."
        path = f"{cls.__module__}."
        path = path.removeprefix(above) if path.startswith(above) else ""
        gone = removed_at(path.strip(".")) if name in _METHODS else ""
        if gone := gone or removed_at(f"{path}{name}") or removed_below(f"{path}{name}"):
            return AttributeError(f"{message}: {gone}")
    near = difflib.get_close_matches(name, getattr(cls, "_children", ()), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return AttributeError(f"{message}{hint}")


class Namespace:
    """A step of `client.<provider>.<model>.<endpoint>`; each step is imported when it is first used."""

    _children: ClassVar[Mapping[str, str]] = {}
    """Attribute name, which is also the module's name, to class name."""
    _renamed: ClassVar[Mapping[str, str]] = {}
    """Former attribute name to the path, from the client, of what took its place."""
    _asynchronous: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name in vars(cls).get("_children", ()):
            setattr(cls, name, _Child(cls, name))
            # Evaluated, it imports the child; the class that it is declared with is not imported here.
            cls.__annotations__[name] = f"{cls.__name__}.{name}"
        for name, path in vars(cls).get("_renamed", {}).items():
            setattr(cls, name, _Renamed(name, path))

    def __init__(self, client: Any) -> None:
        self._client = client

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise _missing(self, name)

        def __call__(self, *_: object, **__: object) -> Any:
            children = cut(", ".join(self._children), MAX_TEXT)
            raise TypeError(f"{type(self).__name__!r} is not called itself; it has {children}")

    def __dir__(self) -> list[str]:
        return _public(super().__dir__())

    def _bound_client(self) -> Any:
        return self._client

    @classmethod
    def _package(cls) -> str:
        """Return the package whose modules the children are."""
        return cls.__module__

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self._children)}>"


class AsyncNamespace(Namespace):
    """A namespace of `AsyncRunComfy`."""

    _asynchronous = True


class RootNamespace(Namespace):
    """The first step, which is the client itself."""

    def _bound_client(self) -> Any:
        return self

    @classmethod
    def _package(cls) -> str:
        return f"{cls.__module__.rpartition('.')[0]}.models"


_CALLS = frozenset({"submit", "run"})
_METHODS = _CALLS | {"job"}


class Endpoint(Generic[JobT, SubmitT, RunT]):
    """One endpoint, for both clients: they differ in what `job`, `submit` and `run` return."""

    request_type: ClassVar[type[Any]]
    """The request class: any, because checkers let no subclass narrow the type of a variable."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not issubclass(cls, _AsyncCalls):
            for name in _CALLS & vars(cls).keys():
                setattr(cls, name, _reports_all_problems(vars(cls)[name]))

    def __init__(self, client: Any) -> None:
        self._client = client

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise _missing(self, name)

        def __call__(self, *_: object, **__: object) -> Any:
            raise TypeError(call_of_model(self.request_type.model_id))

    @classmethod
    def _for_asyncio(cls) -> Any:
        """Return the same endpoint with calls that are coroutine functions.

        Frameworks look for them: background tasks and retries drop the result of any other function.
        """
        endpoint: Any = cls
        return _asynchronous(endpoint)

    def job(self, request_id: str) -> JobT:
        """Pick up a job by its request id. Sends nothing."""
        request_type = self.request_type
        ref = job_ref(request_id, request_type.model_id, request_type.output_type)
        return cast("JobT", self._client._pick_up(ref))

    def _submit(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> SubmitT:
        """Build the request from the arguments of the generated method, and submit it."""
        return cast("SubmitT", self._send("submit", fields, options))

    def _run(self, fields: Mapping[str, Any], options: Mapping[str, Any]) -> RunT:
        """Build the request from the arguments of the generated method, and run it."""
        return cast("RunT", self._send("run", fields, options))

    def _send(self, method: str, fields: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
        return getattr(self._client, method)(self._request(fields), **options)

    def _request(self, arguments: Mapping[str, Any]) -> Request[Any]:
        """None means not given, except for the few fields that may be sent as null: there it is `omit`."""
        request_type: type[Request[Any]] = self.request_type
        takes_null = request_type._takes_null
        fields = {
            name: value
            for name, value in arguments.items()
            if value is not omit and (value is not None or takes_null(name))
        }
        try:
            return request_type(**fields)
        except InvalidRequestError as error:
            # Its media would only be measured by a submit, but one error is to tell everything.
            refused = {problem.field for problem in error.problems}
            media = [item for item in request_type._media_in(fields) if item.field not in refused]
            problems = [*error.problems, *self._client._api.local_problems(media)]
            raise InvalidRequestError.from_problems(problems, error.model_id) from None

    def __dir__(self) -> list[str]:
        return _public(super().__dir__())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.request_type.model_id}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the endpoint with its client; `_AsyncCalls` is made anew where it is unpickled."""
        if isinstance(self, _AsyncCalls):
            return _asynchronous_endpoint, (type(self).__mro__[2], self._client)
        return type(self), (self._client,)


class _AsyncCalls:
    """A mark of the classes that `_asynchronous` makes."""


@functools.cache
def _asynchronous(endpoint: Any) -> Any:
    names = {name: _coroutine_function(getattr(endpoint, name)) for name in _CALLS}
    named = {"__module__": endpoint.__module__, "__qualname__": endpoint.__qualname__}
    documented = {"__doc__": endpoint.__doc__}
    return type(endpoint.__name__, (_AsyncCalls, endpoint), names | named | documented)


def _asynchronous_endpoint(endpoint: Any, client: Any) -> Any:
    return _asynchronous(endpoint)(client)


def _coroutine_function(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    async def call(self: Endpoint[Any, Any, Any], /, *args: Any, **arguments: Any) -> Any:
        return await method(self, *args, **arguments)

    return call


def _reports_all_problems(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let the request class refuse a call that Python itself would refuse.

    Python stops at the first unknown or missing argument; the request class names them all,
    with everything else that is wrong.
    """
    options = (RunOptions if method.__name__ == "run" else SubmitOptions).__optional_keys__
    parameters = inspect.signature(method).parameters.values()
    keyword = [parameter for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    fields = {parameter.name for parameter in keyword}
    required = {parameter.name for parameter in keyword if parameter.default is parameter.empty}

    @functools.wraps(method)
    def call(self: Endpoint[Any, Any, Any], /, *args: Any, **arguments: Any) -> Any:
        if not args and required <= arguments.keys() <= fields | options:
            return method(self, **arguments)
        chosen_options = {name: arguments.pop(name) for name in options & arguments.keys()}
        if not args:
            return self._send(method.__name__, arguments, chosen_options)
        from .._validation.explain import positional

        problems = [positional(args, "prompt=...")]
        try:
            self._request(arguments)
        except InvalidRequestError as error:
            problems += error.problems
        raise InvalidRequestError.from_problems(problems, self.request_type.model_id)

    # Evaluated: some frameworks would look for the names in the caller's module.
    call.__annotations__ = get_type_hints(method, include_extras=True)
    return call
