"""A real S3 endpoint in the process, with one empty bucket a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

ACCESS_KEY = "test"
SECRET_KEY = "test"


@dataclass(frozen=True)
class Bucket:
    """Where the bucket is and how to get in; `client` is boto3's, for looking at what is really there."""

    endpoint: str
    name: str
    client: Any
    region: str = "us-east-1"
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY

    def keys(self) -> list[str]:
        """The names of all stored objects."""
        return sorted(found["Key"] for found in self.client.list_objects_v2(Bucket=self.name).get("Contents", []))


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer  # a second of imports, for the few tests that need it

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    """An empty bucket on the S3 endpoint of this process."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    name = f"files-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=name)
    return Bucket(endpoint=s3_endpoint, name=name, client=client)
