"""What the running transaction has found already, so that many commands in one do not ask the same again and again.

Only for facts that commands change and then `forget`; a new transaction starts empty.
"""

from typing import Any

from lms.kernel.db import session


def found(what: str) -> dict[Any, Any]:
    """The finds of this transaction under the name `what`, to read and to add to."""
    current = session()
    transaction = current.get_transaction()
    info: dict[str, Any] = current.info
    if transaction is None or info.get("found_in") is not transaction:
        info["found_in"], info["found"] = transaction, {}
    finds: dict[str, dict[Any, Any]] = info["found"]
    return finds.setdefault(what, {})


def forget() -> None:
    """Forget everything: something moved, such as a placement, an employment, a leave or a plan."""
    session().info.pop("found_in", None)
