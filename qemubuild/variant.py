"""Options whose first value says which of several classes they are of: ``-numa node,...``."""

from __future__ import annotations

from typing import ClassVar, Self

from qemubuild.keyed import Keyed


class Variant(Keyed):
    """An option of a family that shares a flag.

    The family is a class with a flag; each of its subclasses is one variant, and the family's
    `parse` finds the right one. What is none of them stays with the family, all in `extra`.
    """

    variant: ClassVar[str] = ""
    """The value of the implied key; none for the family itself."""
    variants: ClassVar[dict[str, type[Variant]]] = {}
    """The subclasses of a family by their variant."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "flag" in cls.__dict__:
            cls.variants = {}
        elif cls.variant:
            cls.variants[cls.variant] = cls

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = super()._pairs()
        return [(self.implied, self.variant), *pairs] if self.variant else pairs

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read it as the variant that its first value names."""
        text = value or ""
        items = cls.syntax(text, implied=cls.implied)
        named = next((item.value for item in items if item.key == cls.implied), "")
        variant = cls.variants.get(named)
        if variant is None or not issubclass(variant, cls):
            return cls._made_of(items, text)
        others = [item for item in items if item.key != cls.implied]
        return variant._made_of(others, text)  # noqa: SLF001 - of this very family
