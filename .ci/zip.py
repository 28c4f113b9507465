"""A zip with the same bytes for the same files: sorted, with one time, and with the rights to run. zip.py TARGET FOLDER SECONDS"""
import sys
import time
import zipfile
from pathlib import Path

target, folder, stamp = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
moment = time.gmtime(stamp)[:6]
with zipfile.ZipFile(target, "w") as packed:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), moment)
        entry.create_system = 3
        entry.external_attr = (0o755 if path.name == "rettevej" else 0o644) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        packed.writestr(entry, path.read_bytes(), compresslevel=9)
