"""Writes what byolab itself is compiled with: the public headers without their comments, line for line, so that a
better comment compiles nothing again and breaks nobody's plugin; and api_hash.hpp, a hash of them without blank space.

A file that would be the same is not written, so that its time stays and the build goes no further.

usage: public_headers.py SOURCE FOLDER OUTPUT     FOLDER below SOURCE, as compilers name it in their messages
"""
import hashlib
import pathlib
import re
import sys

# A literal, since it may hold what looks like a comment; or a comment.
TOKENS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|//[^\n]*|/\*.*?\*/', re.DOTALL)


def without_comments(text):
    def keep(found):
        token = found[0]
        return token if token[0] in "\"'" else " " + "\n" * token.count("\n")

    return re.sub(r"[ \t]+$", "", TOKENS.sub(keep, text), flags=re.MULTILINE)


def write_if_new(path, text):
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main(source, folder, output):
    source, folder, output = map(pathlib.Path, (source, folder, output))
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.hpp")):
        name = path.relative_to(folder)
        text = without_comments(path.read_text())
        write_if_new(output / name, f'#line 1 "{path.relative_to(source).as_posix()}"\n{text}')
        digest.update((str(name) + "\n" + " ".join(text.split()) + "\n").encode())
    define = f'#define BYOLAB_API_HASH "{digest.hexdigest()[:16]}"'
    write_if_new(output / "byolab/api_hash.hpp", f"#pragma once\n\n{define}\n")


main(*sys.argv[1:])
