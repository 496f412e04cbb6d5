"""The operations, one file per subject, with their routes, contracts and behaviour."""
