"""Lists that are asked for page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Generic, Iterator, Sequence, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of a list."""

    data: Sequence[T]
    """The items. With a filter that few match, a page may be short, or empty, before the end."""

    next_cursor: str | None
    """What leads to the next page; None at the end."""


class Listing(Generic[T]):
    """A list that is asked for as far as it is read: iterate for all items, or take `first_page()`."""

    def __init__(self, page: Callable[[str | None], Page[T]]) -> None:
        self._page = page

    def first_page(self) -> Page[T]:
        """The first page alone."""
        return self._page(None)

    def pages(self) -> Iterator[Page[T]]:
        """Page by page, to the end."""
        page = self._page(None)
        yield page
        while page.next_cursor is not None:
            page = self._page(page.next_cursor)
            yield page

    def __iter__(self) -> Iterator[T]:
        """Item by item, to the end."""
        for page in self.pages():
            yield from page.data
