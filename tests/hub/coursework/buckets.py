"""The application on the other store for the length of one test."""

import pytest
from pydantic import SecretStr

from lms.kernel.storage import storage_for
from tests.support.objects import Bucket
from tests.support.web import World


def use_bucket(world: World, request: pytest.FixtureRequest) -> Bucket:
    """Files go to an S3 endpoint until the test ends."""
    bucket: Bucket = request.getfixturevalue("bucket")
    settings = world.app.config["LMS"].model_copy(
        update={
            "storage_url": f"s3://{bucket.name}/files",
            "storage_endpoint": bucket.endpoint,
            "storage_key": bucket.access_key,
            "storage_secret": SecretStr(bucket.secret_key),
        }
    )
    before = world.app.extensions.get("lms_storage")
    world.app.extensions["lms_storage"] = storage_for(settings)
    request.addfinalizer(lambda: world.app.extensions.update(lms_storage=before))
    return bucket
