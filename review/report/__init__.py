"""A session or a period as a document, which is written as HTML and as PDF."""
