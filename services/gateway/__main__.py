"""`python -m services.gateway`"""

from services.gateway.main import main
from shared.service import run_service

if __name__ == "__main__":
    run_service("gateway", main)
