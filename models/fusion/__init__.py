"""The learned fusion: from segments of the lanes to estimated questionnaire items, trained on a user's own interviews."""
