"""`python -m services.downloader`"""

from services.downloader.main import main
from shared.service import run_service

if __name__ == "__main__":
    run_service("downloader", main)
