"""The web console: its built bundle, and the middleware that serves it. Its sources are in `console/`."""

from services.gateway.console.pages import ConsolePages

__all__ = ["ConsolePages"]
