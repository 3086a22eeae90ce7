"""Options, their keys, and what can stand there."""

from __future__ import annotations

from qemubuild.mends.mend import Mend

MENDS = (
    Mend(
        "option-unknown",
        "this QEMU does not know the option {option}, which is misspelt, newer, or long removed",
        "Machine.from_argv(argv).check() names what took the place of a removed one",
        (": {option}: invalid option",),
    ),
    Mend(
        "option-elsewhere",
        "that option is for machines of another architecture",
        "leave it out",
        (": Option not supported for this target",),
    ),
    Mend(
        "id-doubled",
        "two have the same id ({id})",
        "give one of them another",
        (
            "Duplicate ID '{id}' for",
            "Duplicate nodes with node-name='{id}'",
            "attempt to add duplicate property '{id}'",
        ),
    ),
    Mend(
        "id-invalid",
        "an id begins with a letter, and goes on in letters, digits, '-', '.' and '_'",
        "choose one like that, such as disk0",
        ("expects an identifier",),
    ),
    Mend(
        "key-unknown",
        "that option has no key {name} in this QEMU",
        "see that it is spelt right, and that a comma in a value is doubled; newer keys need a"
        " newer QEMU",
        ("Invalid parameter '{name}'", "Parameter '{name}' is unexpected"),
    ),
    Mend(
        "key-missing",
        "{name} has to be given there",
        "add {name}=",
        ("Parameter '{name}' is missing",),
    ),
    Mend(
        "value-unknown",
        "{name} cannot be {value!r} in this QEMU",
        "see that it is spelt right (case matters); the value `help` mostly lists all",
        ("Parameter '{name}' does not accept value '{value}'",),
    ),
    Mend(
        "value-no-switch",
        "{name} is a switch",
        "write on or off, in small letters: {name}=on",
        ("Parameter '{name}' expects 'on' or 'off'", "parameter '{name}' expects one of 'on'"),
    ),
    Mend(
        "value-no-number",
        "{name} is a number",
        "write digits; a size may end in one of k, M, G, T (1024 each): 2G, not 2GB",
        (
            "Parameter '{name}' expects a non-negative number",
            "Parameter '{name}' expects a number",
            "Parameter '{name}' expects uint",
            "Parameter '{name}' expects int",
            "Parameter '{name}' expects an int",
        ),
    ),
    Mend(
        "value-refused",
        "that value cannot stand there",
        "help(Machine.drive), help(Machine.rtc) and so on say what can",
        (
            "invalid option value '{value}'",
            "invalid datetime format",
            "failed to parse UUID string",
            "Invalid shift value",
            "Invalid seed number",
            "Invalid '{key}' setting",
            "invalid cache option",
            "invalid aio option",
            " invalid media",
        ),
    ),
    Mend(
        "log-item-unknown",
        "there is no such item to log",
        "QEMU lists above what there is, such as int, cpu_reset and guest_errors",
        ("Log items (comma separated):",),
    ),
    Mend(
        "json-broken",
        "what begins with a brace is read as JSON, and that is none",
        "let json.dumps() write it, or use the options' own keys",
        ("JSON parse error", "Invalid JSON"),
    ),
    Mend(
        "config-broken",
        "that is no configuration file as -readconfig reads",
        'see that it has groups, such as [drive "disk0"], and lines of key = "value"',
        (": no group defined", ": parse error"),
    ),
    Mend(
        "secret-empty",
        "the secret holds nothing",
        "secret('pass', file='password.txt')",
        ("Either 'file' or 'data' must be provided",),
    ),
    Mend(
        "value-too-large",
        "{value} is more than {name} can be, or less",
        "choose a smaller one",
        ("Value '{value}' is out of range for parameter '{name}'",),
    ),
    Mend(
        "value-without-key",
        "{name} stands there without a value",
        "write {name}=on, or whatever its value is to be; a comma in a value is doubled",
        ("Expected '=' after parameter '{name}'",),
    ),
)
