"""Draft orders of the order hooks: what each is of, how it is dosed, and whether words and structure agree."""

from fhir_mappings.orders.draft import DraftOrder, DraftOrders, OrderKind, UnreadDraft
from fhir_mappings.orders.reading import holds_drafts, read_draft_orders

__all__ = ["DraftOrder", "DraftOrders", "OrderKind", "UnreadDraft", "holds_drafts", "read_draft_orders"]
