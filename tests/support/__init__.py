"""What the tests stand on: real databases, a real browser, a real mail server and a real S3 endpoint."""
