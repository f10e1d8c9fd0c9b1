"""What a system owes beside its infrastructure: evidence with review dates, tasks, a route for exports."""
