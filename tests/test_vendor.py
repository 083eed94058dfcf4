"""The copies in static/vendor are the ones that the manifest names, and nothing more."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"


def manifest() -> list[dict]:
    return json.loads((VENDOR / "manifest.json").read_text())


def test_vendor_files_match_manifest():
    named = {
        f"{package['folder']}/{name}": digest for package in manifest() for name, digest in package["sha256"].items()
    }
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == named


def test_vendor_packages_say_version_and_licence():
    assert {(package["name"], package["version"], package["licence"]) for package in manifest()} == {
        ("bootstrap", "5.3.8", "MIT"),
        ("htmx.org", "2.0.11", "0BSD"),
        ("@fontsource/public-sans", "5.3.0", "OFL-1.1"),
        ("bootstrap-icons", "1.13.2", "MIT"),
    }
    assert all((VENDOR / package["folder"] / "LICENSE").exists() for package in manifest())


def test_every_icon_is_drawn_somewhere():
    sources = [path for folder in ("templates", "display") for path in (ROOT / folder).rglob("*")]
    text = "".join(path.read_text() for path in sources if path.suffix in (".html", ".py"))
    icons = [path.stem for path in (VENDOR / "bootstrap-icons").glob("*.svg")]
    assert [icon for icon in icons if f'"{icon}"' not in text and f"'{icon}'" not in text] == []
