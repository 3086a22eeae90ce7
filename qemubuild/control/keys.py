"""The keys of a US keyboard, by QEMU's names for them (``QKeyCode`` of QAPI)."""

from __future__ import annotations

from typing import Final

from qemubuild.errors import InvalidOption
from qemubuild.values import nearest

# Each key, with the character that it types alone, and the one with Shift.
_KEYS: Final = """
grave_accent `~  1 1!  2 2@  3 3#  4 4$  5 5%  6 6^  7 7&  8 8*  9 9(  0 0)  minus -_  equal =+
q qQ  w wW  e eE  r rR  t tT  y yY  u uU  i iI  o oO  p pP  bracket_left [{  bracket_right ]}
a aA  s sS  d dD  f fF  g gG  h hH  j jJ  k kK  l lL  semicolon ;:  apostrophe '"  backslash \\|
z zZ  x xX  c cC  v vV  b bB  n nN  m mM  comma ,<  dot .>  slash /?
""".split()

_TYPES: Final = {
    **{pair[0]: (key,) for key, pair in zip(_KEYS[::2], _KEYS[1::2], strict=True)},
    **{pair[1]: ("shift", key) for key, pair in zip(_KEYS[::2], _KEYS[1::2], strict=True)},
    " ": ("spc",),
    "\n": ("ret",),
    "\t": ("tab",),
    "\b": ("backspace",),
    "\x1b": ("esc",),
}

# What people call them.
_ALSO: Final = {
    "backtick": "grave_accent", "bksp": "backspace", "control": "ctrl", "del": "delete",
    "enter": "ret", "escape": "esc", "ins": "insert", "option": "alt", "pagedown": "pgdn",
    "pageup": "pgup", "return": "ret", "space": "spc", "super": "meta_l", "win": "meta_l",
}  # fmt: skip

_OTHERS: Final = """
alt alt_r backspace caps_lock ctrl ctrl_r delete down end esc f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11
f12 home insert left meta_l meta_r menu num_lock pause pgdn pgup print ret right scroll_lock shift
shift_r spc sysrq tab up
""".split()


def keys_of_text(text: str) -> list[tuple[str, ...]]:
    """What is pressed together for each character.

    Raises:
        InvalidOption: a US keyboard has no key for one of them.
    """
    for character in text:
        if character not in _TYPES:
            raise InvalidOption(
                f"type_text: a US keyboard has no key for {character!r}",
                hint="type what the guest's keyboard layout has in its place, or use its network",
            )
    return [_TYPES[character] for character in text]


def keys_of_chord(chord: str) -> tuple[str, ...]:
    """What is pressed together: ``"ctrl-alt-delete"`` is three keys, ``"ctrl--"`` is two.

    A name that is not known here is left to QEMU, which may know it.

    Raises:
        InvalidOption: there is nothing to press.
    """
    if not chord:
        raise InvalidOption("send_key: there is no key to press", hint="such as 'ctrl-alt-delete'")
    whole = [*chord[:-1].split("-"), "-"] if chord.endswith("-") else chord.split("-")
    return tuple(key for name in whole if name for key in _keys_of_name(name))


def _keys_of_name(name: str) -> tuple[str, ...]:
    if name in _TYPES and not name.isupper():  # by "ctrl-C" nobody means Shift
        return _TYPES[name]
    lower = name.lower()
    return (_ALSO.get(lower, lower),)


def similar(key: str) -> str:
    """What a key that QEMU does not know may be meant to be, as the beginning of a mend."""
    return nearest(key, (*_KEYS[::2], *_OTHERS, *_ALSO)).strip()
