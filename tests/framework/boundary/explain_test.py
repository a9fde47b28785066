"""`plugin list --explain`, and what a missing plugin's message says, in folders that nobody tidied up."""

import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["BYOLAB_SOURCE"]) / "tests" / "support"))
import byolab_runs as runs

folder = pathlib.Path("odd").absolute()
folder.mkdir(mode=0o755)
shutil.copy(runs.BUILD / "tests/fixtures/sound/libsound.so", folder / "libsound.so")
names = [b"libno\xfftext.so", "libstraß.so".encode(), b"lib\x1b[31mred\x07.so", b"lib\nline.so"]
for name in names:
    (folder / os.fsdecode(name)).write_bytes(b"no library")
(folder / "libgone.so").symlink_to("nowhere.so")

done = runs.byolab("plugin", "list", "--explain", "--json", "--plugin-path", folder, "--no-installed-plugins")
[found] = json.loads(done.stdout)
assert found["origin"] == "--plugin-path" and found["problem"] == "", found
files = {pathlib.PurePath(file["file"]).name: file for file in found["files"]}
assert files.keys() == {"libsound.so", "libno\\xfftext.so", "libstraß.so", "lib\\x1b[31mred\\x07.so", "lib\\x0aline.so",
                        "libgone.so"}, files.keys()
assert (files["libsound.so"]["taken"] and files["libsound.so"]["plugins"] == 1
        and len(files["libsound.so"]["sha256"]) == 64)
assert files["libgone.so"]["reason"] == "it is a link that leads nowhere, to nowhere.so"
assert files["libstraß.so"]["reason"] == "it is not a shared library (no ELF header)"

# As text: nothing that a terminal would obey.
text = runs.byolab("plugin", "list", "--explain", "--plugin-path", folder, "--no-installed-plugins").stdout
assert "\x1b" not in text and "\x07" not in text and "lib\\x1b[31mred\\x07.so: refused" in text, text
assert len(text.splitlines()) == 1 + 6 + sum("fix" in file for file in found["files"]), text
listed = json.loads(runs.byolab("plugin", "list", "--json", "--plugin-path", folder, "--no-installed-plugins").stdout)
assert [plugin["name"] for plugin in listed] == ["sound_rule"]
done = runs.byolab("plugin", "describe", "a\x1b[31mb", "--plugin-path", folder, "--no-installed-plugins", check=False)
assert (done.returncode == 1 and "\x1b" not in done.stderr
        and "there is no plugin 'a\\x1b[31mb'" in done.stderr), done.stderr

# A library that another one leaves out is told of without being asked for; a name that would do that is no name.
clash = runs.byolab("plugin", "list", "--plugin-path", runs.BUILD / "tests/fixtures/takes_a_name")
said = "none of the 6 plugins of libbyolab_target_update.so is taken: target_update 'ema' is taken by another library"
assert "note: " + said in clash.stderr, clash.stderr
done = runs.byolab("run", runs.experiment(), "--print", "--plugin-path", runs.BUILD / "tests/fixtures/takes_a_name",
                   check=False)
assert "note: none of the 6 plugins of libbyolab_target_update.so is taken" in done.stderr, done.stderr
# So is a folder that is not there, whoever named it.
done = runs.byolab("run", runs.experiment(), "--print", "--plugin-path", "nowhere",
                   env={"BYOLAB_PLUGIN_PATH": "gone:odd/libsound.so"})
for note in ("nowhere (--plugin-path): it does not exist", "gone (BYOLAB_PLUGIN_PATH): it does not exist",
             "odd/libsound.so (BYOLAB_PLUGIN_PATH): it is not a folder"):
    assert f"note: no plugins of {note}" in done.stderr, done.stderr
done = runs.byolab("plugin", "new", "loss", "byol", check=False)
assert (done.returncode == 1 and "loss 'byol' is there already, in " in done.stderr
        and not pathlib.Path("byol").exists()), done.stderr
done = runs.byolab("plugin", "describe", "linear", "--kind", "loss", check=False)
assert (done.returncode == 1 and "there is no loss 'linear'" in done.stderr
        and "did you mean" not in done.stderr), done.stderr

# A thousand files that are no libraries do not hide the sentence.
for i in range(1000):
    (folder / f"libx{i:04}.so").write_bytes(b"no library")
done = runs.byolab("plugin", "describe", "nosuch", "--plugin-path", folder, "--no-installed-plugins", check=False)
assert (done.returncode == 1 and "there is no plugin 'nosuch'" in done.stderr
        and "and 1000 more refused" in done.stderr), done.stderr
assert done.stderr.count("\n") < 20, done.stderr
