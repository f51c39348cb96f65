"""The audit's entries and their collection."""

from shared.audit.records import AuditEntry, AuditQuery, AuditRepository, Outcome

__all__ = ["AuditEntry", "AuditQuery", "AuditRepository", "Outcome"]
