"""SCIM 2.0 (RFC 7643, RFC 7644) as values: schemas, filters, patches, and users as resources.

Nothing here knows of HTTP or of the table.
"""
