"""Copies third-party front-end files into static/vendor, with a manifest of versions, licences and hashes.

Only this script needs npm: the copies are committed and nothing is fetched at run time. To add an icon or to change a
version, edit ICONS or PACKAGES and run `python tools/vendor.py`; tests/test_vendor.py checks every hash.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"

ICONS = """
    arrow-clockwise arrow-down arrow-left arrow-left-right arrow-repeat arrow-right arrow-up bar-chart bell
    box-arrow-in-right box-arrow-right box-arrow-up-right building calendar3 check-all check-circle chevron-down
    chevron-left chevron-right circle circle-half clock clock-history copy dash-circle diagram-3 envelope
    exclamation-octagon exclamation-triangle eye file-earmark-pdf file-earmark-text hourglass-split info-circle
    journal-text key list list-check lock pencil people person-circle plus-lg search send shield-check
    slash-circle table translate trash3 unlock upload x-circle x-lg
"""

# name, version, folder in static/vendor, licence, {file in the package: file in the folder}
PACKAGES = [
    (
        "bootstrap",
        "5.3.8",
        "bootstrap",
        "MIT",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
            "dist/css/bootstrap.min.css.map": "bootstrap.min.css.map",  # collectstatic follows the CSS to it
            "LICENSE": "LICENSE",
        },
    ),
    ("htmx.org", "2.0.11", "htmx", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    (
        "@fontsource/public-sans",
        "5.3.0",
        "public-sans",
        "OFL-1.1",
        {
            **{
                f"files/public-sans-latin-{weight}-normal.woff2": f"public-sans-latin-{weight}-normal.woff2"
                for weight in (400, 600, 700)
            },
            "LICENSE": "LICENSE",
        },
    ),
    (
        "bootstrap-icons",
        "1.13.2",
        "bootstrap-icons",
        "MIT",
        {**{f"icons/{name}.svg": f"{name}.svg" for name in ICONS.split()}, "LICENSE": "LICENSE"},
    ),
]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_package(name: str, version: str, folder: Path, files: dict[str, str]) -> dict[str, str]:
    """Replaces `folder` with files of an npm package; returns {file name: SHA-256 in hexadecimal}."""
    with tempfile.TemporaryDirectory() as scratch:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version}"], cwd=scratch, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(scratch, packed.stdout.split()[-1])) as archive:
            archive.extractall(scratch, filter="data")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for source, target in files.items():
            shutil.copyfile(Path(scratch, "package", source), folder / target)
    return {target: sha256(folder / target) for target in sorted(files.values())}


def main() -> None:
    manifest = []
    for name, version, folder, licence, files in PACKAGES:
        hashes = copy_package(name, version, VENDOR / folder, files)
        manifest.append(
            {"name": name, "version": version, "licence": licence, "folder": folder, "sha256": hashes},
        )
        sys.stdout.write(f"{name} {version}: {len(hashes)} files\n")
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
