"""The arrows between the rooms: who may include what, how long a public header may be, what stands at the top."""
import itertools
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("BYOLAB_SOURCE", pathlib.Path(__file__).resolve().parent.parent))
TOP = {"CMakeLists.txt", "CMakePresets.json", "pyproject.toml", "dev",
       "framework", "plugins", "experiments", "tests", "cmake", "docs",
       "README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", "NOTICE"}
HEADER_LINES = 90  # the aim is 60
ROOMS = {"toml++/": "framework/src/config/", "hdf5": "framework/src/record/"}  # library: the one room that includes it
PRIVATE = ("toml++/", "hdf5", "H5", "fmt/", "boost/")  # what no public header includes

problems = []


def sources(folder):
    return sorted(p for p in (ROOT / folder).rglob("*") if p.suffix in {".hpp", ".cpp", ".h", ".cc", ".inl"})


def includes(path):
    """(line number, what stands between the quotes or brackets)"""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


def problem(path, number, text):
    problems.append(f"{path.relative_to(ROOT)}:{number}: {text}")


def resolve(path, name):
    """The file of this repository that an include means, or None."""
    for base in (path.parent, ROOT / "framework/src", ROOT / "framework/include", ROOT):
        file = (base / name).resolve()
        if file.is_file() and ROOT.resolve() in file.parents:
            return file.relative_to(ROOT.resolve())
    return None


def check_framework():
    edges = {}
    for path in sources("framework"):
        public = path.is_relative_to(ROOT / "framework/include")
        room = path.relative_to(ROOT / "framework/src").parts[0] if not public else None
        for number, name in includes(path):
            target = resolve(path, name)
            if target and target.parts[0] == "plugins" or name.startswith("plugins/") and not target:
                problem(path, number, f"framework/ knows no plugin, and this includes {name}")
            if public and target and target.parts[:2] == ("framework", "src"):
                problem(path, number, f"a public header looks into the framework: {name}")
            if public and name.startswith(PRIVATE):
                problem(path, number, f"a public header brings {name} into every plugin")
            for library, owner in ROOMS.items():
                mine = name.startswith(("hdf5", "H5")) if library == "hdf5" else name.startswith(library)
                if mine and not str(path.relative_to(ROOT)).startswith(owner):
                    problem(path, number, f"{name} belongs in {owner} alone")
            if room and target and target.parts[:2] == ("framework", "src") and len(target.parts) > 3:
                other = target.parts[2]
                if other == "app" and room != "app":
                    problem(path, number, f"looks upward, into the program: {name}")
                if other != room:
                    edges.setdefault(room, {}).setdefault(other, f"{path.relative_to(ROOT)}:{number}")
    check_cycles(edges)


def check_cycles(edges):
    """Rooms that include one another in a ring have no direction."""
    done = set()

    def visit(room, way):
        if room in way:
            ring = way[way.index(room):] + [room]
            where = ", ".join(edges[a][b] for a, b in itertools.pairwise(ring))
            problems.append(f"framework/src: rooms in a ring, {' -> '.join(ring)} ({where})")
            return
        if room not in done:
            for other in edges.get(room, {}):
                visit(other, way + [room])
            done.add(room)

    for room in sorted(edges):
        visit(room, [])


TORCH = re.compile(r"(torch|ATen|c10|caffe2)/(?!version\.h$)")  # torch/version.h has three macros


def rooms_of_the_build(name):
    text = (ROOT / "framework/CMakeLists.txt").read_text()
    return set(re.search(rf"set\({name} ([^)]*)\)", text)[1].split())


def check_torch():
    """Two thirds of the rooms need no LibTorch, whose headers cost seconds in each file: these never see it."""
    with_torch = rooms_of_the_build("rooms_with_torch")
    without = rooms_of_the_build("rooms_without_torch") | {"kernels"}
    for folder in sorted(p for p in (ROOT / "framework/src").iterdir() if p.is_dir()):
        if folder.name not in with_torch | without:
            problems.append(f"framework/src/{folder.name}: in neither list of rooms in framework/CMakeLists.txt")
    seen = {}

    def way_to_torch(path):
        """The files through which `path` includes LibTorch; empty if it does not."""
        if path not in seen:
            seen[path] = []
            for _, name in includes(path):
                target = resolve(path, name)
                further = way_to_torch(ROOT / target) if target else [name] if TORCH.match(name) else []
                if further:
                    seen[path] = [str(path.relative_to(ROOT)), *further]
                    break
        return seen[path]

    for room in sorted(without):
        for path in sources(f"framework/src/{room}"):
            if way := way_to_torch(path):
                problems.append(f"{room} is a room without LibTorch: {' -> '.join(way)}")


def check_plugins():
    for path in sources("plugins"):
        for number, name in includes(path):
            target = resolve(path, name)
            if target and target.parts[:2] == ("framework", "src"):
                problem(path, number, f"a stock plugin looks into the framework: {name}")
            elif target and target.parts[0] == "plugins" and target.parts[1] != path.relative_to(ROOT).parts[1]:
                problem(path, number, f"a kind's plugins look into another's: {name}")


def check_header_lengths():
    for path in sources("framework/include"):
        lines = len(path.read_text().splitlines())
        if lines > HEADER_LINES:
            problem(path, lines, f"a public header of more than {HEADER_LINES} lines")


TYPE = re.compile(r"(?:template <[^{;]*> )?(?:(?:struct|class|union|enum|enum class) (?:\S+ )?"
                  r"([A-Z]\w*)(?: final)?(?: :.*|\s*\{.*)?$|using ([A-Z]\w*) =|typedef .*\b([A-Z]\w*);)")


def check_names():
    """Two types of one name in namespace byolab would share destructors and other inline functions in libbyolab.so.

    Enumerations and other names for types count too, and types of one .cpp that stand in no unnamed namespace.
    """
    seen = {}
    for path in sources("framework"):
        namespaces = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if opened := re.match(r"(?:inline )?namespace ?([\w:]*) ?\{(?!.*\})", line):
                namespaces.append(opened[1])
            elif line.startswith("}  // namespace"):
                namespaces.pop()
            if namespaces == ["byolab"] and (found := TYPE.match(line)):
                name = next(filter(None, found.groups()))
                if name in seen:
                    problem(path, number, f"{name} is also defined in {seen[name]}")
                seen[name] = path.relative_to(ROOT)


def check_top():
    try:
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True,
                                check=True).stdout
        entries = {name.split("/")[0] for name in listed.split("\0") if name}
    except (OSError, subprocess.CalledProcessError):
        entries = {p.name for p in ROOT.iterdir() if not p.name.startswith("build")}
    for entry in sorted(entries - TOP):
        if not entry.startswith("."):
            problems.append(f"{entry}: not among what stands at the top of the repository")


def check_notice():
    """Whatever is linked, compiled in or put into a page has its line in NOTICE: under the name of its package."""
    notice = (ROOT / "NOTICE").read_text()
    packages = re.findall(r"^(\S+-dev)$", (ROOT / "cmake/packages.txt").read_text(), re.MULTILINE)
    for lock in ("libtorch.lock", "vega.lock"):
        packages += re.findall(r"^([\w-]+)==", (ROOT / "cmake" / lock).read_text(), re.MULTILINE)
    for package in packages:
        if not re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", notice):
            problems.append(f"NOTICE: says nothing of {package}, which byolab is built with")


CHECKS = (check_framework, check_torch, check_plugins, check_header_lengths, check_names, check_top, check_notice)
for check in CHECKS:
    check()
print("\n".join(problems) or "all arrows point the right way")
sys.exit(1 if problems else 0)
