"""Makes corpus.tar.xz: files that were damaged, or made to do harm, of each kind that byolab reads. They derive from
the sound ones in tests/fixtures/schema_1. Needs h5py and NumPy; the same files come from the same versions of these.

    python3 tests/damaged/make_corpus.py
"""

import io
import os
import pathlib
import random
import struct
import sys
import tarfile
import tempfile
import zipfile
import zlib

import h5py
import numpy

HERE = pathlib.Path(__file__).resolve().parent
SOUND = HERE.parent / "fixtures" / "schema_1"
sys.path.insert(0, str(HERE.parent / "support"))
import sealed_checkpoints as sealed  # noqa: E402

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")
random.seed(23)
made = {}  # name in the archive: bytes


def cut_and_flipped(kind, data, suffix, begin=0):
    for share in (0, 0.01, 0.3, 0.9):
        made[f"{kind}/cut_{int(100 * share)}{suffix}"] = data[:int(share * len(data))]
    for count in (1, 3, 20, 200):
        for copy in range(2):
            damaged = bytearray(data)
            for _ in range(count):
                damaged[random.randrange(begin, len(data))] ^= random.randrange(1, 256)
            made[f"{kind}/flipped_{count}_{copy}{suffix}"] = bytes(damaged)


def hdf5(kind, source, name, change):
    """A copy of a sound file with one thing changed."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "copy.h5"
        path.write_bytes((SOUND / source).read_bytes())
        with h5py.File(path, "r+") as file:
            change(file)
        made[f"{kind}/{name}.h5"] = path.read_bytes()


def replaced(path, *shape_and_type, **options):
    """Replaces a dataset by an empty one of another shape or type, of which nothing is stored."""
    def change(file):
        del file[path]
        shape, kind = shape_and_type
        space = (h5py.h5s.create_simple(shape, options.get("most")) if shape
                 else h5py.h5s.create(h5py.h5s.SCALAR))
        kind = kind if isinstance(kind, h5py.h5t.TypeID) else h5py.h5t.py_create(numpy.dtype(kind))
        links = h5py.h5p.create(h5py.h5p.LINK_CREATE)
        links.set_create_intermediate_group(True)
        h5py.h5d.create(file.id, path.encode(), kind, space, options.get("how"), links)
    return change


def text_of(size):
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(size)
    return kind


def with_attribute(path, name, value):
    def change(file):
        del file[path].attrs[name]
        file[path].attrs[name] = value
    return change


def without_attribute(path, name):
    def change(file):
        del file[path].attrs[name]
    return change


def without(path):
    def change(file):
        del file[path]
    return change


def chunked(*sizes):
    how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.set_chunk(sizes)
    return how


def many_rows(file):
    for name in file["metrics/train"]:
        file["metrics/train"][name].resize((200_000_000,))


def group_in_itself(file):
    file["metrics/again"] = file["metrics"]


def nested(file):
    group = file
    for _ in range(3000):
        group = group.create_group("g")


def in_other_files(file):
    del file["config/source"]
    file.create_dataset("config/source", shape=(64,), dtype="S1", external=[("/etc/passwd", 0, 64)])


def virtual(file):
    layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
    layout[:] = h5py.VirtualSource("elsewhere.h5", "loss", shape=(4,))
    del file["metrics/train/loss"]
    file.create_virtual_dataset("metrics/train/loss", layout)


def records():
    source = "run.h5"
    cut_and_flipped("record", (SOUND / source).read_bytes(), ".h5")
    for name in ("run_id", "name", "status", "started", "seed", "byolab_schema"):
        hdf5("record", source, f"without_{name}", without_attribute("/", name))
        hdf5("record", source, f"{name}_is_a_list", with_attribute("/", name, numpy.arange(1000)))
    hdf5("record", source, "seed_is_text", with_attribute("/", "seed", "one"))
    hdf5("record", source, "name_has_other_bytes", with_attribute("/", "name", numpy.bytes_(b"\x1b[2J\xff\xfe")))
    hdf5("record", source, "schema_is_newer", with_attribute("/", "byolab_schema", 2))
    hdf5("record", source, "schema_is_text", with_attribute("/", "byolab_schema", "1"))
    for text in ("source", "resolved"):
        path = f"config/{text}"
        hdf5("record", source, f"{text}_is_an_array", replaced(path, (100_000,), text_of(1)))
        hdf5("record", source, f"{text}_is_huge", replaced(path, (), text_of(2_000_000_000)))
        hdf5("record", source, f"{text}_is_numbers", replaced(path, (), "i8"))
        hdf5("record", source, f"{text}_is_missing", without(path))
    def deep(file):
        del file["config/resolved"]
        file["config/resolved"] = numpy.bytes_(b"a" + b".a" * 100_000 + b" = 1\n")
    hdf5("record", source, "resolved_is_deep", deep)
    hdf5("record", source, "many_rows", many_rows)
    hdf5("record", source, "group_in_itself", group_in_itself)
    hdf5("record", source, "nested", nested)
    hdf5("record", source, "in_other_files", in_other_files)
    hdf5("record", source, "virtual", virtual)
    hdf5("record", source, "column_is_text", replaced("metrics/train/loss", (4,), text_of(8)))
    hdf5("record", source, "column_is_a_matrix", replaced("metrics/train/loss", (4, 4), "f4"))
    hdf5("record", source, "column_is_a_scalar", replaced("metrics/train/loss", (), "f4"))
    hdf5("record", source, "chunks_are_huge",
         replaced("metrics/train/loss", (4,), "f4", how=chunked(500_000_000), most=(h5py.h5s.UNLIMITED,)))
    hdf5("record", source, "plugins_are_many", replaced("plugins", (1 << 50,), [("kind", "S40"), ("name", "S40")]))
    hdf5("record", source, "plugins_lack_a_column", replaced("plugins", (1,), [("kind", "S4"), ("name", "S4")]))
    hdf5("record", source, "plugins_are_numbers", replaced("plugins", (4,), "i4"))


def embeddings():
    source, step = "run.embeddings.h5", "snapshots/step_000000004"
    cut_and_flipped("embeddings", (SOUND / source).read_bytes(), ".h5")

    def set_to(path, value):
        def change(file):
            file[path][...] = value
        return change
    hdf5("embeddings", source, "features_are_nan", set_to(f"{step}/features", numpy.nan))
    hdf5("embeddings", source, "a_feature_is_infinite", set_to(f"{step}/features", numpy.inf))
    hdf5("embeddings", source, "labels_are_beyond", set_to(f"{step}/label", 1 << 40))
    hdf5("embeddings", source, "knn_is_negative", set_to(f"{step}/knn", -7))
    hdf5("embeddings", source, "rows_are_beyond", set_to("examples/row", 1 << 40))
    hdf5("embeddings", source, "nearest_are_beyond", set_to("examples/nearest", -3))
    for name, path, shape, kind in (
            ("features_are_many", f"{step}/features", (1 << 20, 1 << 20), "f4"),
            ("features_are_wide", f"{step}/features", (6, 1 << 20), "f4"),
            ("features_are_flat", f"{step}/features", (6,), "f4"),
            ("features_are_none", f"{step}/features", (0, 0), "f4"),
            ("features_are_text", f"{step}/features", (6, 4), text_of(4)),
            ("labels_are_few", f"{step}/label", (2,), "i8"),
            ("images_are_grey", "examples/image", (2, 32, 32, 1), "u1"),
            ("images_are_thin", "examples/image", (2, 32, 0, 3), "u1"),
            ("images_are_flat", "examples/image", (2, 3072), "u1"),
            ("images_are_few", "examples/image", (1, 32, 32, 3), "u1"),
            ("images_are_long", "examples/image", (2, 1 << 30, 1, 3), "u1"),
            ("views_are_few", "examples/views/view1", (1, 32, 32, 3), "u1"),
            ("nearest_images_are_few", "examples/nearest_image", (2, 1, 32, 32, 3), "u1"),
            ("classes_are_many", "classes", (1 << 33,), text_of(1)),
            ("index_is_empty", "index", (0,), "i8")):
        hdf5("embeddings", source, name, replaced(path, shape, kind))
    for path in ("classes", "index", "snapshots", "examples/views", "examples/row", f"{step}/features"):
        hdf5("embeddings", source, f"without_{path.replace('/', '_')}", without(path))
    hdf5("embeddings", source, "step_is_text", with_attribute(step, "step", "four"))
    hdf5("embeddings", source, "schema_is_newer", with_attribute("/", "byolab_embeddings_schema", 2))


def indexes():
    source = "sweep.h5"
    cut_and_flipped("index", (SOUND / source).read_bytes(), ".h5")
    hdf5("index", source, "trials_are_many", replaced("trials", (1 << 40,), [("id", "S16"), ("file", "S40")]))
    hdf5("index", source, "trials_are_narrow", replaced("trials", (50_000_000,), [("id", "S1")]))
    hdf5("index", source, "trials_are_numbers", replaced("trials", (4,), "i4"))
    hdf5("index", source, "trials_lack_a_status", replaced("trials", (4,), [("id", "S16"), ("file", "S4")]))
    hdf5("index", source, "claims_are_text", replaced("claims", (1,), [("text", "S4"), ("seeds", "S4")]))
    hdf5("index", source, "without_runs", without("runs"))
    hdf5("index", source, "without_metrics", without_attribute("/", "metrics"))
    hdf5("index", source, "schema_is_newer", with_attribute("/", "byolab_schema", 2))

    def links_in_circles(file):
        del file["runs"]
        file["runs"] = h5py.SoftLink("/runs")
    hdf5("index", source, "links_in_circles", links_in_circles)

    def links_to_devices(file):
        for name in list(file["runs"]):
            del file["runs"][name]
            file["runs"][name] = h5py.ExternalLink("/dev/zero", "/")
    hdf5("index", source, "links_to_devices", links_to_devices)


def checkpoint(name, change, **options):
    contents, parts = sealed.read(SOUND / "checkpoint.pt")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "checkpoint.pt"
        change(contents, parts)
        sealed.write(path, contents, parts, **options)
        made[f"checkpoint/{name}.pt"] = path.read_bytes()


def checkpoints():
    cut_and_flipped("checkpoint", (SOUND / "checkpoint.pt").read_bytes(), ".pt")
    checkpoint("format_is_newer", lambda c, _: None, comment="byolab checkpoint 2")
    checkpoint("inner_format_is_newer", lambda c, _: c.update(byolab_checkpoint=2))
    checkpoint("without_tensors", lambda c, _: c.pop("tensors"))
    checkpoint("tensor_is_a_number", lambda c, _: c["tensors"].update({"online/encoder/conv1.weight": 3}))
    checkpoint("step_is_text", lambda c, _: c["integers"].update(step="four"))


def weights(name, contents, parts=None, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "weights.pt"
        sealed.write(path, contents, parts or {"data/0": bytes(4)}, seal=False, **options)
        made[f"weights/{name}.pt"] = path.read_bytes()


def overlapping():
    """A zip whose directory names one part many times."""
    data, entries = io.BytesIO(), []
    name, body = b"archive/data/0", bytes(20_000)
    head = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, 0, 0, 0, zlib.crc32(body), len(body), len(body), len(name), 0)
    data.write(head + name + body)
    for i in range(500):
        other = b"archive/data/%d" % i
        entries.append(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, 0, 0, 0, zlib.crc32(body), len(body),
                                   len(body), len(other), 0, 0, 0, 0, 0, 0) + other)
    directory = b"".join(entries)
    end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, len(entries), len(entries), len(directory), data.tell(), 0)
    return data.getvalue() + directory + end


def all_weights():
    weights("expanded", {"conv.weight": sealed.tensor("Float", "0", 1, [2**29], [0])})
    weights("expanded_further", {"conv.weight": sealed.tensor("Float", "0", 1, [2**45], [0])})
    weights("expanded_often",
            {f"w{i}": sealed.tensor("Float", "0", 1, [2**20], [0]) for i in range(1000)})
    weights("many_dimensions", {"conv.weight": sealed.tensor("Float", "0", 1, [1] * 100, [1] * 100)})
    weights("negative_sizes", {"conv.weight": sealed.tensor("Float", "0", 1, [-4], [1])})
    weights("beyond_storage", {"conv.weight": sealed.tensor("Float", "0", 1, [4], [1])})
    weights("nothing", {})
    made["weights/overlapping.pt"] = overlapping()
    with zipfile.ZipFile(io.BytesIO(made["weights/nothing.pt"])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["archive/data.pkl"] = b"\x80\x02" + b"(" + b"N" * 4_000_000 + b"t."
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    made["weights/four_million_nothings.pt"] = data.getvalue()
    made["weights/no_zip.pt"] = b"\x80\x02}q\x00."


def toml():
    sound = (SOUND / "experiment.toml").read_bytes()
    cut_and_flipped("toml", sound, ".toml")
    made["toml/dotted.toml"] = sound + b"\na" + b".a" * 100_000 + b" = 1\n"
    made["toml/dotted_header.toml"] = sound + b"\n[a" + b".a" * 100_000 + b"]\nx = 1\n"
    made["toml/lists.toml"] = b"x = " + b"[" * 100_000 + b"]" * 100_000
    made["toml/tables.toml"] = b"x = " + b"{a = " * 100_000 + b"1" + b"}" * 100_000
    made["toml/dotted_tables.toml"] = b"x = " + (b"{" + b"a." * 500 + b"a = ") * 200 + b"1" + b"}" * 200
    made["toml/open_text.toml"] = b'x = """' + b"\\" * 1001
    made["toml/zeros.toml"] = bytes(1000)
    made["toml/other_encoding.toml"] = "name = 'ü'".encode("utf-16")
    made["toml/large_number.toml"] = b"[run]\nsteps = " + b"9" * 10_000


def png(width, height, rows):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def images():
    sound = png(8, 8, b"".join(b"\0" + bytes(range(24)) for _ in range(8)))
    cut_and_flipped("image", sound, ".png", 8)
    made["sound.png"] = sound
    made["image/wide.png"] = png(100_000, 100_000, b"")
    made["image/no_rows.png"] = png(8, 8, b"")
    made["image/no_size.png"] = png(0, 8, b"")
    made["image/only_the_beginning.jpg"] = bytes.fromhex("ffd8ffe000104a46494600010101004800480000")
    made["image/no_image.jpg"] = b"not an image at all"


for make in (records, embeddings, indexes, checkpoints, all_weights, toml, images):
    make()
with tarfile.open(HERE / "corpus.tar.xz", "w:xz", preset=9) as archive:  # near copies take next to nothing there
    for name, data in sorted(made.items()):
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
print(f"{len(made)} files, {sum(map(len, made.values())):,} bytes; the archive has "
      f"{(HERE / 'corpus.tar.xz').stat().st_size:,}")
