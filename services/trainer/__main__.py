"""`python -m services.trainer`"""

from services.trainer.main import main
from shared.service import run_service

if __name__ == "__main__":
    run_service("trainer", main)
