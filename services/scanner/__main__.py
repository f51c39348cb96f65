"""`python -m services.scanner`"""

from services.scanner.main import main
from shared.service import run_service

if __name__ == "__main__":
    run_service("scanner", main)
