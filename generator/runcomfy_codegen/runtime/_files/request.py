"""A wish to save the outputs of a result in a folder, checked before anything is fetched."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .._base.text import shorten
from .._transport.effects import Flow
from ..errors import FieldProblem, InvalidRequestError
from .downloads import Download, Output, SaveTarget, download
from .names import DEFAULT_TEMPLATE, NameTemplate, expanded
from .progress import OnProgress, checked_progress


@dataclass(frozen=True)
class FolderRequest:
    """The arguments of `Result.download`.

    Attributes:
        check: Called often; what it raises ends the download. A batch stops by it.
    """

    folder: str | os.PathLike[str]
    urls: Sequence[str] | None = None
    name: str = DEFAULT_TEMPLATE
    overwrite: bool = False
    progress: OnProgress | None = None
    check: Callable[[], None] = lambda: None

    def download_of(
        self, outputs: Sequence[Output], *, model_id: str, request_id: str
    ) -> Callable[[Download], Flow[list[Path]]]:
        """Return the download of a result's outputs, as `Access.run` takes it.

        Raises:
            InvalidRequestError: If a URL is not of the result, or the folder or name cannot be used.
        """
        chosen = self._chosen(outputs, model_id)
        folder, names = expanded(self.folder, "folder"), NameTemplate(self.name)
        target = SaveTarget(folder, names, self.overwrite)

        def flow_of(common: Download) -> Flow[list[Path]]:
            settings = replace(
                common,
                model_id=model_id,
                request_id=request_id,
                on_progress=checked_progress(self.progress, may_await=common.may_await),
                options=replace(common.options, check=self.check),
            )
            return download(chosen, target, settings)

        return flow_of

    def _chosen(self, outputs: Sequence[Output], model_id: str) -> Sequence[Output]:
        if self.urls is None:
            return outputs
        urls = [self.urls] if isinstance(self.urls, str) else list(self.urls)
        by_url = {output.url: output for output in outputs}
        problems = [
            FieldProblem(
                f"urls[{at}]", f"must be a URL of this result; got {shorten(str(url), 120)}"
            )
            for at, url in enumerate(urls)
            if url not in by_url
        ]
        if problems:
            raise InvalidRequestError.from_problems(problems, model_id)
        return [by_url[url] for url in dict.fromkeys(urls)]
