"""The API by subject: each file has the endpoints, the records and the methods of one resource."""
