import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNLOCKED = """
import ctypes, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from store.crash_reports import no_core_dumps
from store.key_file import Cost
from store.recovery_key import RecoveryKey
from store.vault import Vault
PR_GET_DUMPABLE = 3
no_core_dumps()
assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
if sys.argv[1] == "unlocked":
    vault = Vault(Path(sys.argv[3]), Cost(64, 1, 1))
    vault.set_up("a passphrase", RecoveryKey.new())
print(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux' own")
@pytest.mark.parametrize(("state", "dumpable"), [("locked", "1"), ("unlocked", "0")])
def test_a_process_with_a_key_gives_no_dump_and_its_memory_is_closed(tmp_path: Path, state: str, dumpable: str) -> None:
    command = [sys.executable, "-c", UNLOCKED, state, str(ROOT), str(tmp_path / "sessions.db")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == dumpable
