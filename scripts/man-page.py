#!/usr/bin/env python3
"""Writes the manual page from the command's own description, to the standard output.

    scripts/man-page.py .build/release/espalier > espalier.1

The description is what `espalier --experimental-dump-help` prints, so the page says what --help says. Needs Python 3.9.
"""

import json
import re
import subprocess
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: scripts/man-page.py PROGRAM")
    program = sys.argv[1]
    command = json.loads(output(program, "--experimental-dump-help"))["command"]
    version = output(program, "--version").strip()
    name = command["commandName"]
    lines = [f'.TH {name.upper()} 1 "" "{name} {version}" "User Commands"', ".SH NAME"]
    lines.append(f"{name} \\- {text(command['abstract'].rstrip('.'))}")
    lines += [".SH SYNOPSIS", *synopsis(name, command), ".SH DESCRIPTION", *prose(command.get("discussion", ""))]
    lines += [".SH OPTIONS", *options(command), ".SH COMMANDS"]
    for subcommand in shown(command.get("subcommands", [])):
        lines += section(name, subcommand)
    print("\n".join(lines))


def output(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


def section(parents, command):
    """A command, then those below it."""
    name = f"{parents} {command['commandName']}"
    lines = [f".SS {text(name)}", text(command.get("abstract", "")), ".PP", *synopsis(name, command)]
    lines += prose(command.get("discussion", ""))
    # These two are every command's.
    lines += options(
        {"arguments": [a for a in command.get("arguments", []) if names(a)[-1:] not in (["--help"], ["--version"])]}
    )
    for subcommand in shown(command.get("subcommands", [])):
        lines += section(name, subcommand)
    return lines


def shown(parts):
    return [part for part in parts if part.get("shouldDisplay", True) and part.get("commandName") != "help"]


def synopsis(name, command):
    if command.get("subcommands"):
        return [f".B {text(name)}", ".I subcommand", ".PP"]
    words = [] if all(a["kind"] == "positional" for a in command.get("arguments", [])) else ["[options]"]
    arguments = sorted(shown(command.get("arguments", [])), key=lambda argument: argument["kind"] == "option")
    for argument in arguments:
        value = f"<{argument.get('valueName', '')}>" + (" ..." if argument["isRepeating"] else "")
        if argument["kind"] == "positional":
            words.append(f"[{value}]" if argument["isOptional"] else value)
        elif argument["kind"] == "option" and not argument["isOptional"]:
            words.append(f"{names(argument)[-1]} {value}")
    return [f".B {text(name)}", text(" ".join(words)), ".PP"]


def names(argument):
    return [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument.get("names", [])]


def options(command):
    """The arguments of a command, each with what it is for."""
    lines = []
    for argument in shown(command.get("arguments", [])):
        if argument["kind"] == "positional":
            title = f"\\fI<{text(argument['valueName'])}>\\fR"
        else:
            title = ", ".join(f"\\fB{text(name)}\\fR" for name in names(argument))
            if argument["kind"] == "option":
                title += f" \\fI<{text(argument['valueName'])}>\\fR"
        words = argument.get("abstract", "")
        if "defaultValue" in argument and "(default:" not in words:
            words += f" (default: {argument['defaultValue']})"
        lines += [".TP", title, text(words.strip())]
        if argument.get("discussion"):
            lines.append(text(" ".join(argument["discussion"].split())))
    return lines


def prose(discussion):
    """Paragraphs are filled; lines that are set in, such as examples, stay as they are."""
    lines, is_set_in = [], False
    for line in discussion.splitlines():
        if line.startswith("  "):
            lines += [".PP", ".RS 2", ".nf"] if not is_set_in else []
            is_set_in = True
            lines.append(text(line[2:]))
            continue
        if is_set_in and line.strip():
            lines += [".fi", ".RE", ".PP"]
            is_set_in = False
        if not is_set_in:
            lines.append(text(line) if line.strip() else ".PP")
    return lines + ([".fi", ".RE"] if is_set_in else [])


def text(words):
    """Words as troff takes them: nothing in them is a request."""
    words = words.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", words)


if __name__ == "__main__":
    main()
