"""The data tree, manifests, atomic writes, and safe unpacking of archives."""

from shared.files.archive import UnpackLimits, unpack
from shared.files.atomic import install_folder, publish_folder, remove_tree, write_atomic
from shared.files.layout import DataTree, safe_relative
from shared.files.lock import try_lock
from shared.files.manifest import MANIFEST, Manifest, ManifestFile, read_manifest, write_manifest

__all__ = [
    "MANIFEST",
    "DataTree",
    "Manifest",
    "ManifestFile",
    "UnpackLimits",
    "install_folder",
    "publish_folder",
    "read_manifest",
    "remove_tree",
    "safe_relative",
    "try_lock",
    "unpack",
    "write_atomic",
    "write_manifest",
]
