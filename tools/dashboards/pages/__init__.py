"""The dashboards, in the order of their links."""

from tools.dashboards.model import Page
from tools.dashboards.pages.bus_and_store import BUS_AND_STORE
from tools.dashboards.pages.downloads import DOWNLOADS
from tools.dashboards.pages.machine import MACHINE
from tools.dashboards.pages.overview import OVERVIEW
from tools.dashboards.pages.speech import SPEECH
from tools.dashboards.pages.training import TRAINING

PAGES: tuple[Page, ...] = (OVERVIEW, DOWNLOADS, TRAINING, SPEECH, BUS_AND_STORE, MACHINE)

__all__ = ["PAGES"]
