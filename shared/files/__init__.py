"""The data tree, manifests, atomic writes, and safe unpacking of archives."""

from shared.files.access import change_access, read_access, write_access
from shared.files.archive import UnpackLimits, unpack
from shared.files.atomic import install_folder, remove_tree, write_atomic
from shared.files.layout import DataTree, safe_relative
from shared.files.lock import try_lock
from shared.files.manifest import MANIFEST, Manifest, ManifestFile, read_manifest, write_manifest
from shared.files.publishing import publish_folder

__all__ = [
    "MANIFEST",
    "DataTree",
    "Manifest",
    "ManifestFile",
    "UnpackLimits",
    "change_access",
    "install_folder",
    "publish_folder",
    "read_access",
    "read_manifest",
    "remove_tree",
    "safe_relative",
    "try_lock",
    "unpack",
    "write_access",
    "write_atomic",
    "write_manifest",
]
