"""Who may do how much: one-use tickets and counters in the store."""

from shared.access.counters import CounterRepository
from shared.access.tickets import TicketRepository

__all__ = ["CounterRepository", "TicketRepository"]
