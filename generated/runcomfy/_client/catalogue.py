# Written by runcomfy-codegen. Do not edit. isort: skip_file
# fmt: off
"""`client.catalogue`: the models that the service has now."""

# pyright: reportPrivateUsage=false
# The catalogue is a part of its client.

from __future__ import annotations

from collections.abc import Mapping

from .._api.catalogue import CatalogueModel, get_model, list_categories, list_models
from .._session import AsyncSession, SyncSession
from .._validation.given import check_text
from .._validation.misuse import explains_misuse


class Catalogue:
    """The models that the service has now, generated ones and others. Reading it is free.

    What was read is kept for a minute. What the service left out of an entry, or got wrong, is empty.
    """

    def __init__(self, client: SyncSession) -> None:
        self._client = client

    @explains_misuse
    def list(
        self,
        *,
        category: str | None = None,
        kind: str | None = None,
        with_schemas: bool = False,
    ) -> tuple[CatalogueModel, ...]:
        """Return all models, in the order of the service.

        Args:
            category: Only models of this category, such as "text-to-image".
            kind: Only models of this kind: "model", "workflow" or "inference".
            with_schemas: Whether to read their input schemas as well.

        Raises:
            APIError: If the service answers with an error.
            TransportError: If there is no answer.
        """
        return self._client._run(
            list_models(self._client._api, _query("", category, kind, with_schemas))
        )

    @explains_misuse
    def search(
        self,
        text: str,
        *,
        category: str | None = None,
        kind: str | None = None,
        with_schemas: bool = False,
    ) -> tuple[CatalogueModel, ...]:
        """Return the models that have a text in their id, name or description, in any letter case.

        Args:
            text: The text.
            category: Only models of this category.
            kind: Only models of this kind.
            with_schemas: Whether to read their input schemas as well.

        Raises:
            APIError: If the service answers with an error.
            TransportError: If there is no answer.
        """
        query = _query(check_text("text", text), category, kind, with_schemas)
        return self._client._run(list_models(self._client._api, query))

    @explains_misuse
    def get(self, model_id: str) -> CatalogueModel:
        """Return one model, with its input schema.

        Args:
            model_id: The id of the model.

        Raises:
            NotFoundError: If the catalogue does not have it.
            APIError: If the service answers with another error.
            TransportError: If there is no answer.
        """
        return self._client._run(get_model(self._client._api, model_id))

    def categories(self) -> tuple[str, ...]:
        """Return the names of all categories. Raises what `list` raises."""
        return self._client._run(list_categories(self._client._api))

    def __repr__(self) -> str:
        return f"<Catalogue of {self._client.base_url}>"


class AsyncCatalogue:
    """The same for asyncio: every method is awaited."""

    def __init__(self, client: AsyncSession) -> None:
        self._client = client

    @explains_misuse
    async def list(
        self,
        *,
        category: str | None = None,
        kind: str | None = None,
        with_schemas: bool = False,
    ) -> tuple[CatalogueModel, ...]:
        """Return all models, as `Catalogue.list` does."""
        query = _query("", category, kind, with_schemas)
        return await self._client._run(list_models(self._client._api, query))

    @explains_misuse
    async def search(
        self,
        text: str,
        *,
        category: str | None = None,
        kind: str | None = None,
        with_schemas: bool = False,
    ) -> tuple[CatalogueModel, ...]:
        """Return the models that have a text, as `Catalogue.search` does."""
        query = _query(check_text("text", text), category, kind, with_schemas)
        return await self._client._run(list_models(self._client._api, query))

    @explains_misuse
    async def get(self, model_id: str) -> CatalogueModel:
        """Return one model, as `Catalogue.get` does."""
        return await self._client._run(get_model(self._client._api, model_id))

    async def categories(self) -> tuple[str, ...]:
        """Return the names of all categories, as `Catalogue.categories` does."""
        return await self._client._run(list_categories(self._client._api))

    def __repr__(self) -> str:
        return f"<AsyncCatalogue of {self._client.base_url}>"


def _query(
    text: str, category: str | None, kind: str | None, with_schemas: bool
) -> Mapping[str, str]:
    query = {"search": text} if text else {}
    if category is not None:
        query["category"] = check_text("category", category)
    if kind is not None:
        query["kind"] = check_text("kind", kind)
    return {**query, "include_schema": "true"} if with_schemas else query
