"""One-use tickets and counters that expire, in the store."""

from shared.access.counters import CounterRepository
from shared.access.tickets import Ticket, TicketRepository

__all__ = ["CounterRepository", "Ticket", "TicketRepository"]
