"""The resources of the API: their endpoints, records and methods, by subject."""
