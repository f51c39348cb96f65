"""`python -m services.synth`"""

from services.synth.main import main
from shared.service import run_service

if __name__ == "__main__":
    run_service("synth", main)
