"""Days for tests that hold on whatever day they run."""

from datetime import date, timedelta

#: A day until which a waiver may run under every baseline.
SOON = (date.today() + timedelta(days=30)).isoformat()
