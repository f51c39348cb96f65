"""Backups of an installation, taken while it runs. ADR 36 has the order of the steps.

    <backup>/                          first `<backup>.part`, renamed when it is complete
      index.jsonl                      one header, one line for each file with its size and sha256, one line of an end
      store/<collection>.jsonl         one document a line (shared/store/codec.py), the same for both stores
      data/models/… datasets/… checkpoints/… audio/renders/… uploads/… lexicon.tsv lexicons/…

A plain folder: any tool copies it, and nothing is compressed, because weights and audio do not shrink. Not in it:
unfinished files, the cache of speech, logs, locks, the bus (rebuilt from the store), and secrets (`secrets`).
"""

from shared.backup.errors import BadBackup
from shared.backup.restoring import Restored, restore
from shared.backup.secret_files import restore_secrets, write_secrets
from shared.backup.taking import BackupTaken, take_backup
from shared.backup.verifying import Verified, verify

__all__ = [
    "BackupTaken",
    "BadBackup",
    "Restored",
    "Verified",
    "restore",
    "restore_secrets",
    "take_backup",
    "verify",
    "write_secrets",
]
