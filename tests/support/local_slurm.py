"""A Slurm of one machine, started by hand as root and ended with the test: munged, slurmctld, slurmd."""

import atexit
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"]

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmdPort={port1}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
ReturnToService=2
SlurmdTimeout=300
MinJobAge=2
KillWait=10
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP OverTimeLimit=0
"""


def skip(reason):
    print(reason)
    sys.exit(77)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Slurm:
    def __init__(self):
        if os.geteuid() != 0:
            skip("a Slurm of one's own needs root")
        os.environ["PATH"] += ":/usr/sbin:/sbin"
        missing = [name for name in PROGRAMS if not shutil.which(name)]
        if missing:
            skip("Slurm is not installed: no " + ", ".join(missing))
        self.folder = pathlib.Path("slurm").absolute()
        for name in ("", "state", "spool"):
            (self.folder / name).mkdir(exist_ok=True)
        os.chmod(self.folder, 0o755)
        self.host = socket.gethostname().split(".")[0]
        text = CONFIGURATION.format(folder=self.folder, host=self.host, port=free_port(), port1=free_port(),
                                    cpus=os.cpu_count())
        (self.folder / "slurm.conf").write_text(text)
        os.environ["SLURM_CONF"] = str(self.folder / "slurm.conf")
        self.processes = []
        atexit.register(self.end)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        os.chmod(key, 0o400)
        self.start("munged", "-F", "--force", "--socket", self.folder / "munge.socket", "--key-file", key, "--pid-file",
                   self.folder / "munge.pid", "--log-file", self.folder / "munge.log", "--seed-file",
                   self.folder / "munge.seed")
        time.sleep(0.5)
        self.start("slurmctld", "-D")
        time.sleep(1)
        self.start("slurmd", "-D", "-N", self.host)
        self.wait_for_node()

    def start(self, *words):
        with open(self.folder / f"{words[0]}.out", "w") as log:
            process = subprocess.Popen(list(map(str, words)), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(process)

    def ask(self, *words):
        return subprocess.run(list(map(str, words)), capture_output=True, text=True).stdout

    def wait_for_node(self):
        for _ in range(120):
            if "State=IDLE" in self.ask("scontrol", "-o", "show", "node", self.host):
                return
            for process in self.processes:
                if process.poll() is not None:
                    skip(f"{process.args[0]} does not run here: "
                         + (self.folder / f"{process.args[0]}.out").read_text()[-300:].replace("\n", " "))
            time.sleep(0.5)
        skip("Slurm's node does not come up: " + self.ask("scontrol", "-o", "show", "node", self.host)[-300:])

    def running(self):
        """[(job, array task)] that run."""
        return [line.split() for line in self.ask("squeue", "-h", "-r", "-t", "R", "-o", "%A %K").splitlines()]

    def end(self):
        subprocess.run(["scancel", "-u", "root"], capture_output=True)
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
