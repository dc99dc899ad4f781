"""An import of many companies, from the file to the judged account, in its own process."""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from alignment.icp.models import Verdict
from alignment.people.models import Program

from .report import Report


def measure(report: Report, program: Program, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "companies.csv"
        write_companies(path, rows)
        before = Verdict.objects.in_program(program).count()
        took, memory = _run(program, path)
    judged = Verdict.objects.in_program(program).count() - before
    if judged != rows:
        raise RuntimeError(f"{judged} of {rows} companies were judged")
    report.at_least(f"import of {rows:,} companies, file to verdict", rows / took, 10_000, "/s")
    report.at_most("import, memory of the process at its peak", memory, 300, " MB")


def write_companies(path: Path, rows: int) -> None:
    """Companies as people export them: words in numbers, ranges, ZIP codes."""
    dice = random.Random(11)
    header = ["Company", "Website", "City", "State", "ZIP", "NAICS", "Employees", "Annual revenue"]
    cities = (("Boston", "MA", "02110"), ("Austin", "TX", "78701"), ("Denver", "CO", "80202"))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n in range(rows):
            employees = dice.choice(("51-200", "1,450", "201 to 500", str(dice.randint(5, 9000))))
            revenue = dice.choice(("$1.2B", "36.9 Million", f"${dice.randint(1, 900)}M", ""))
            naics = dice.choice(("513210", "541512", "332710", ""))
            row = [f"Imported {n} Inc", f"https://www.imported{n}.example/", *dice.choice(cities)]
            writer.writerow([*row, naics, employees, revenue])


def _run(program: Program, path: Path) -> tuple[float, float]:
    """Seconds taken and megabytes used by the importing process."""
    command = [sys.executable, "manage.py", "import_file", "--program", program.slug]
    command += ["--target", "accounts", str(path)]
    start = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    if status:
        raise RuntimeError(f"the import ended with {status}")
    return took, usage.ru_maxrss / 1024
